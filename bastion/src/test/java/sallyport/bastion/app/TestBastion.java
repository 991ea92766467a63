package sallyport.bastion.app;

import java.time.InstantSource;
import sallyport.db.TestDatabase;

/** A bastion in this process with a {@link TestHouse} around it. */
final class TestBastion extends TestHouse {

    final Bastion bastion;

    private TestBastion(TestDatabase database) throws Exception {
        super(database);
        this.bastion = Bastion.start(settings(0, 0), InstantSource.system(), System::nanoTime);
        bastionServesOn(bastion.sshPort());
    }

    /** One with a database of its own on the server that all tests share. */
    static TestBastion start() throws Exception {
        return start(TestDatabase.create());
    }

    /** One with that database. */
    static TestBastion start(TestDatabase database) throws Exception {
        return new TestBastion(database);
    }

    @Override
    public void close() throws Exception {
        bastion.close();
        super.close();
    }
}
