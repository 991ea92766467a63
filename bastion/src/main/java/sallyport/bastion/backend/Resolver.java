package sallyport.bastion.backend;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** What addresses a name has now. May wait. */
@FunctionalInterface
public interface Resolver {

    /** As this machine resolves names. */
    Resolver SYSTEM = name -> List.of(InetAddress.getAllByName(name));

    /**
     * In the order in which they are to be tried; at least one.
     *
     * @throws UnknownHostException if there is none
     */
    List<InetAddress> addresses(String name) throws UnknownHostException;
}
