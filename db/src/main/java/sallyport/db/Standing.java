package sallyport.db;

import sallyport.recorder.proof.Checkpoint;
import sallyport.recorder.proof.Hash;

/** How the stored log stands to the last check point that this machine knows of (R19). */
public sealed interface Standing {

    /** Whether check points may be signed: a log never signs two that contradict each other. */
    boolean isGood();

    /** One or two sentences for a person. */
    String words();

    /** This machine knows of no check point: the first start, or its state folder is new. */
    record NothingKnown() implements Standing {
        @Override
        public boolean isGood() {
            return true;
        }

        @Override
        public String words() {
            return "this machine knows of no earlier check point of the log";
        }
    }

    /** What was signed is the beginning of what is stored. */
    record Continues(Checkpoint known, long size) implements Standing {
        @Override
        public boolean isGood() {
            return true;
        }

        @Override
        public String words() {
            return "the log of " + size + " entries goes on from the check point at " + known.size();
        }
    }

    /** The stored log ends before the check point: the database is of an older day, or its end was taken off. */
    record Older(Checkpoint known, long size) implements Standing {
        @Override
        public boolean isGood() {
            return false;
        }

        @Override
        public String words() {
            return "the log in the database has " + size + " entries, but " + known.size()
                    + " were signed here: the database was restored to an older day, or entries were taken out";
        }
    }

    /** The stored log has other entries than those that were signed. */
    record Different(Checkpoint known, Hash found) implements Standing {
        @Override
        public boolean isGood() {
            return false;
        }

        @Override
        public String words() {
            return "the first " + known.size()
                    + " entries of the log in the database are not those that were signed here" + " (root " + found
                    + ", signed " + known.root() + "): it was rewritten, or is another database";
        }
    }

    /** The log's own tables have holes. */
    record Damaged(String why) implements Standing {
        @Override
        public boolean isGood() {
            return false;
        }

        @Override
        public String words() {
            return why;
        }
    }

    /** The file with the last check point is not what was written. */
    record Unreadable(String why) implements Standing {
        @Override
        public boolean isGood() {
            return false;
        }

        @Override
        public String words() {
            return "the last check point that was signed here cannot be read: " + why;
        }
    }
}
