package sallyport.recorder.bundle;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sallyport.recorder.JsonText;

/** What is in a bundle, and what it is called. The members stand in the order in which they are named here. */
public final class Bundle {

    /** How somebody without this program checks it. */
    public static final String README = "README.txt";

    /** What it is about: {@link Manifest}. */
    public static final String MANIFEST = "manifest.json";

    /** The public keys that it was signed with, one a line. To be compared with what one was given by other ways. */
    public static final String KEYS = "keys.txt";

    /** The hashes of the tree before the first entry, one a line, in base64. */
    public static final String FRONTIER = "frontier.txt";

    /** The signed check point that covers the entries. */
    public static final String CHECKPOINT = "checkpoint.txt";

    /** The newest check point, and the hashes that show that it goes on from the other one. */
    public static final String NEWEST = "newest.txt";

    public static final String CONSISTENCY = "consistency.txt";

    /** Pages of entries, each followed by the audit rows that belong to them. */
    public static final String LOG = "log/";

    public static final String AUDIT = "audit/";

    /** A folder for each recording, as it is stored: the sidecar, then the parts. */
    public static final String RECORDINGS = "recordings/";

    /** The SHA-256 of each member, as {@code sha256sum -c} reads it. */
    public static final String SUMS = "SHA256SUMS";

    /** How many recordings one has at most. */
    public static final int MOST_RECORDINGS = 10_000;

    /** The first line of what is signed. */
    static final String SIGNED = "sallyport bundle";

    private static final int VERSION = 1;

    private Bundle() {}

    /**
     * A recording that should be in it.
     *
     * @param id of its session
     * @param settled whether it was over for long enough that its sidecar and the log say so
     * @param words whose, where and when; for people
     */
    public record Named(String id, boolean settled, String words) {}

    /**
     * What a bundle is about.
     *
     * @param log the name of the log
     * @param from the first entry in it
     * @param to behind the last entry
     * @param madeAt RFC 3339, for people
     */
    public record Manifest(String log, long from, long to, String madeAt, List<Named> recordings) {

        public Manifest {
            recordings = List.copyOf(recordings);
        }

        /** As it is stored. */
        public byte[] toBytes() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (JsonGenerator json = JsonText.generator(out)) {
                json.writeStartObject();
                json.writeNumberField("version", VERSION);
                json.writeStringField("log", log);
                json.writeNumberField("from", from);
                json.writeNumberField("to", to);
                json.writeStringField("made_at", madeAt);
                json.writeArrayFieldStart("recordings");
                for (Named named : recordings) {
                    json.writeStartObject();
                    json.writeStringField("id", named.id());
                    json.writeBooleanField("settled", named.settled());
                    json.writeStringField("words", named.words());
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            out.write('\n');
            return out.toByteArray();
        }

        static Manifest parse(byte[] bytes) throws IOException {
            String log = "";
            String madeAt = "";
            long from = -1;
            long to = -1;
            List<Named> recordings = new ArrayList<>();
            try (JsonParser json = JsonText.parser(bytes, 0, bytes.length)) {
                JsonText.expect(json, JsonToken.START_OBJECT);
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    switch (name) {
                        case "version" -> {
                            if (json.getIntValue() != VERSION) {
                                throw new IOException("it is of a version that is not known here");
                            }
                        }
                        case "log" -> log = json.getText();
                        case "from" -> from = json.getLongValue();
                        case "to" -> to = json.getLongValue();
                        case "made_at" -> madeAt = json.getText();
                        case "recordings" -> {
                            while (json.nextToken() == JsonToken.START_OBJECT) {
                                recordings.add(named(json));
                                if (recordings.size() > MOST_RECORDINGS) {
                                    throw new IOException("it names more than " + MOST_RECORDINGS + " recordings");
                                }
                            }
                        }
                        default -> json.skipChildren();
                    }
                }
            }
            if (log.isEmpty() || from < 0 || to < from) {
                throw new IOException("it does not say which entries of which log");
            }
            return new Manifest(log, from, to, madeAt, recordings);
        }

        private static Named named(JsonParser json) throws IOException {
            String id = "";
            String words = "";
            boolean settled = true;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "id" -> id = json.getText();
                    case "settled" -> settled = json.getBooleanValue();
                    case "words" -> words = json.getText();
                    default -> json.skipChildren();
                }
            }
            return new Named(id, settled, words);
        }
    }
}
