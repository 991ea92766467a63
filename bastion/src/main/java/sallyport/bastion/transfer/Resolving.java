package sallyport.bastion.transfer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds out, before a request goes on, which files its names lead to and how long one is. Only the target knows, so it is asked, one
 * question after the other: its {@code realpath} for a name. Where that knows nothing, the name must be of nothing that is there, and
 * then it leads to where its folder is. What is not certain after that is {@link Next.Lost}.
 */
final class Resolving {

    /** How it goes on. */
    sealed interface Next {

        /** The target is to be asked this: a request of {@code type} about one name, each byte of it as a character. */
        record Ask(int type, String name) implements Next {}

        /**
         * Everything is known.
         *
         * @param paths one for each name: absolute, without links, each byte as a character
         * @param size of the file whose size was wanted, if it has one
         */
        record Known(List<String> paths, OptionalLong size) implements Next {}

        /** Where this name leads cannot be found out. */
        record Lost(FileName name) implements Next {}
    }

    /** What is being asked. */
    private enum Step {
        WHOLE,
        PRESENCE,
        FOLDER,
        SIZE
    }

    private final List<Place.Named> places;
    private final Optional<FileName> sizeOf;
    private final List<String> paths = new ArrayList<>();
    private Step step = Step.WHOLE;
    private Target target = new Target("");

    /** A name, taken apart. */
    private record Target(String whole) {

        static Target of(FileName name) {
            String text = name.raw();
            int end = text.length();
            while (end > 1 && text.charAt(end - 1) == '/') {
                end--;
            }
            return new Target(text.substring(0, end));
        }

        String folder() {
            int slash = whole.lastIndexOf('/');
            return slash < 0 ? "." : slash == 0 ? "/" : whole.substring(0, slash);
        }

        String last() {
            return whole.substring(whole.lastIndexOf('/') + 1);
        }

        /** Whether it says what its folder calls it. */
        boolean hasName() {
            return !last().isEmpty() && !last().equals(".") && !last().equals("..");
        }
    }

    /** @param sizeOf whose size is wanted, too */
    Resolving(List<Place.Named> places, Optional<FileName> sizeOf) {
        this.places = places;
        this.sizeOf = sizeOf;
    }

    /** The first question, or the answer if there is none. */
    Next begin() {
        return next();
    }

    private Next next() {
        if (paths.size() < places.size()) {
            Place.Named place = places.get(paths.size());
            target = Target.of(place.name());
            // Behind a slash even a link is followed.
            boolean followed =
                    place.followed() || !target.hasName() || place.name().raw().endsWith("/");
            return followed
                    ? ask(Step.WHOLE, PacketType.REALPATH, target.whole())
                    : ask(Step.FOLDER, PacketType.REALPATH, target.folder());
        }
        return sizeOf.isPresent() && step != Step.SIZE
                ? ask(Step.SIZE, PacketType.STAT, sizeOf.get().raw())
                : new Next.Known(paths, OptionalLong.empty());
    }

    private Next ask(Step next, int type, String name) {
        step = next;
        return new Next.Ask(type, name);
    }

    /** The target answered the last question with a packet of {@code type}; {@code in} is behind its id. */
    Next answered(int type, PacketReader in) throws NotSftp {
        boolean known = type != PacketType.STATUS;
        boolean absent = !known && in.u32() == PacketType.NO_SUCH_FILE;
        if (known && type != (step == Step.WHOLE || step == Step.FOLDER ? PacketType.NAME : PacketType.ATTRS)) {
            throw new NotSftp("the target sent what is not sftp: an answer of type " + type + " to something else");
        }
        return switch (step) {
            case WHOLE ->
                known
                        ? found(name(in))
                        : target.hasName() ? ask(Step.PRESENCE, PacketType.LSTAT, target.whole()) : lost();
            // What is there and leads nowhere could be a link to where nothing is yet.
            case PRESENCE -> absent ? ask(Step.FOLDER, PacketType.REALPATH, target.folder()) : lost();
            case FOLDER -> known ? found(in(name(in))) : lost();
            case SIZE -> new Next.Known(paths, known ? FileAttributes.read(in).size() : OptionalLong.empty());
        };
    }

    private String in(String folder) {
        return (folder.equals("/") ? "" : folder) + "/" + target.last();
    }

    private Next found(String path) {
        if (!isResolved(path)) {
            return lost();
        }
        paths.add(path);
        return next();
    }

    private Next lost() {
        return new Next.Lost(places.get(paths.size()).name());
    }

    private static String name(PacketReader in) throws NotSftp {
        if (in.u32() != 1) {
            throw new NotSftp("the target sent what is not sftp: a name has not one real path");
        }
        return new String(in.string(), StandardCharsets.ISO_8859_1);
    }

    /** A target that answers with something else has not understood the question. */
    private static boolean isResolved(String path) {
        return path.equals("/")
                || (path.startsWith("/")
                        && path.length() <= FileName.LONGEST
                        && path.indexOf(0) < 0
                        && List.of(path.substring(1).split("/", -1)).stream()
                                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals("..")));
    }
}
