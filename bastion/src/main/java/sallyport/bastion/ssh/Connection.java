package sallyport.bastion.ssh;

import sallyport.bastion.backend.Transports;
import sallyport.policy.KeyFingerprint;
import sallyport.policy.Person;

/**
 * A client that has logged in. The identity is that of the key whose signature was verified, not of any key asked about (T8).
 *
 * @param person as known at login; what they may do is read anew for each visit
 * @param source the client's address
 * @param transports this connection's transports to targets, shared by its channels and by nobody else's
 */
record Connection(Person person, KeyFingerprint key, String source, Destination destination, Transports transports) {}
