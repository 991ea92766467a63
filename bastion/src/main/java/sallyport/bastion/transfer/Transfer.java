package sallyport.bastion.transfer;

/** What is known of a session that is for files, from the bytes that pass in it. For one thread. */
public sealed interface Transfer permits Conversation, Dialogue {}
