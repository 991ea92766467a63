package sallyport.bastion.transfer;

import java.util.Optional;

/** A request that the target has not answered yet, as far as the answer will say something. */
sealed interface Waiting {

    /** Something was asked that changes nothing; {@code answer} is the type of packet that answers it, besides STATUS. */
    record Looking(int answer) implements Waiting {}

    /** How long is it? */
    record Sizing(Optional<FileName> name, Optional<OpenFile> file) implements Waiting {}

    record Opening(OpenFile file) implements Waiting {}

    record OpeningFolder(FileName name) implements Waiting {}

    record Reading(OpenFile file, long offset, long length) implements Waiting {}

    /**
     * A piece of a file is written.
     *
     * @param at where it begins in the packet
     */
    record Writing(OpenFile file, long offset, int at, int length) implements Waiting {}

    /**
     * Something is closed.
     *
     * @param file empty for a folder
     */
    record Closing(Optional<OpenFile> file) implements Waiting {}

    /** An open file is given a length. */
    record Cutting(OpenFile file, long size) implements Waiting {}

    record Changing(Change change) implements Waiting {}
}
