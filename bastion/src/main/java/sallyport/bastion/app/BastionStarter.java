package sallyport.bastion.app;

/** Puts a bastion together and starts it. */
@FunctionalInterface
interface BastionStarter {

    /**
     * Returns a bastion that serves logins already.
     *
     * @throws StartRefused if something it needs is missing or wrong; then nothing is left running
     */
    RunningBastion start(BastionSettings settings) throws StartRefused;

    /** A bastion that serves. */
    interface RunningBastion extends AutoCloseable {

        /**
         * Reads the access file again and applies it whole or not at all. May be called at any time from any thread.
         *
         * @throws StartRefused in words, if the file is wrong or the database away; what was in force stays in force
         */
        void reload() throws StartRefused;

        /** Tells people, ends or parks their sessions, seals recordings, and returns when nothing is left. Does not fail. */
        @Override
        void close();
    }
}
