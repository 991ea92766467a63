package sallyport.bastion.app;

/** How a client comes to a target. */
enum Way {
    /** To the target's own sshd, as if there were no bastion: what the other two are held against. */
    DIRECT,

    /** As {@code login+target@bastion}. */
    THROUGH,

    /** As {@code ssh -J bastion login@target}. */
    JUMP
}
