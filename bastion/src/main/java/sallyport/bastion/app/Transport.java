package sallyport.bastion.app;

import org.apache.sshd.common.io.IoServiceFactoryFactory;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactoryFactory;

/** Which I/O carries ssh. Named here once: two on the class path and none chosen is an error at start. */
final class Transport {

    private Transport() {}

    /** A fresh factory; the door and the way to targets each have their own threads. */
    static IoServiceFactoryFactory io() {
        return new Nio2ServiceFactoryFactory();
    }
}
