package sallyport.bastion.transfer;

import sallyport.policy.audit.AuditEvent;
import sallyport.policy.session.SessionId;

/** A request that changes something by itself, without a file being open. */
sealed interface Change {

    /** What is asked for, as an order. */
    String words();

    /** What has happened once the target has done it. */
    AuditEvent event(SessionId session);

    /** Whether something that is there gets another name by it. */
    default boolean namesAnew() {
        return switch (this) {
            case Rename _ -> true;
            case Link link -> link.hard();
            case Remove _, MakeFolder _, Attributes _, Copy _ -> false;
        };
    }

    /** REMOVE or RMDIR. */
    record Remove(FileName name, boolean folder) implements Change {
        @Override
        public String words() {
            return (folder ? "remove folder " : "remove ") + name.quoted();
        }

        @Override
        public AuditEvent event(SessionId session) {
            return new AuditEvent.FileRemoved(session, name.text());
        }
    }

    /** RENAME, or posix-rename@openssh.com, which replaces what has that name already. */
    record Rename(FileName from, FileName to) implements Change {
        @Override
        public String words() {
            return "rename " + from.quoted() + " to " + to.quoted();
        }

        @Override
        public AuditEvent event(SessionId session) {
            return new AuditEvent.FileRenamed(session, from.text(), to.text());
        }
    }

    /** MKDIR. */
    record MakeFolder(FileName name) implements Change {
        @Override
        public String words() {
            return "make folder " + name.quoted();
        }

        @Override
        public AuditEvent event(SessionId session) {
            return new AuditEvent.FileMade(session, name.text(), "folder");
        }
    }

    /** SYMLINK or hardlink@openssh.com. */
    record Link(FileName name, FileName to, boolean hard) implements Change {
        @Override
        public String words() {
            return "make " + kind() + " " + name.quoted() + " to " + to.quoted();
        }

        @Override
        public AuditEvent event(SessionId session) {
            return new AuditEvent.FileMade(session, name.text(), kind() + " to " + to.text());
        }

        private String kind() {
            return hard ? "hard link" : "link";
        }
    }

    /** SETSTAT, FSETSTAT or lsetstat@openssh.com. */
    record Attributes(FileName name, FileAttributes attributes) implements Change {
        @Override
        public String words() {
            return "change " + name.quoted() + ": " + attributes.words();
        }

        @Override
        public AuditEvent event(SessionId session) {
            return new AuditEvent.FileChanged(session, name.text(), attributes.words());
        }
    }

    /** copy-data: the target copies from one open file into another, and nothing of it passes here. */
    record Copy(FileName from, FileName to) implements Change {
        @Override
        public String words() {
            return "copy " + from.quoted() + " into " + to.quoted();
        }

        @Override
        public AuditEvent event(SessionId session) {
            return new AuditEvent.FileChanged(session, to.text(), "copied from " + from.text());
        }
    }
}
