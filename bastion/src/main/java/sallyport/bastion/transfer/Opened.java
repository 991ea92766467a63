package sallyport.bastion.transfer;

/** What a handle stands for. */
sealed interface Opened permits OpenFile, Opened.Folder {

    /** A folder that is listed. */
    record Folder() implements Opened {}
}
