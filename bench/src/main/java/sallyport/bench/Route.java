package sallyport.bench;

import java.util.Optional;

/**
 * A way from the client to the target.
 *
 * @param name its row in the table
 * @param host the Host entry of the bench's ssh_config
 * @param bastion what is on the way, if it is one of ours
 */
record Route(String name, String host, Optional<Bastion> bastion) {}
