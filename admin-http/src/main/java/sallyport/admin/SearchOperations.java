package sallyport.admin;

import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import sallyport.db.HistoryFilter;
import sallyport.db.IndexedSoFar;
import sallyport.db.RecordingSearch;
import sallyport.db.SearchIndex;
import sallyport.db.SearchMatch;
import sallyport.db.SearchTooWide;
import sallyport.db.SessionHistory;
import sallyport.policy.Permission;
import sallyport.policy.audit.AuditEvent;

/**
 * Searching recordings, and having them read again for it. One's own always; those of others need
 * {@link Permission#VIEW_RECORDING}. Each search is written down with its words. Safe for any thread.
 */
public final class SearchOperations {

    private final RecordingSearch search;
    private final SearchIndex index;
    private final RecordingIndexer indexer;
    private final Sessions sessions;
    private final PublicAddress door;
    private final Journal journal;

    /** The collaborators belong to the caller and are not closed here. */
    public SearchOperations(
            RecordingSearch search,
            SearchIndex index,
            RecordingIndexer indexer,
            SessionHistory history,
            LiveSessions live,
            PublicAddress door,
            Journal journal) {
        this.search = search;
        this.index = index;
        this.indexer = indexer;
        this.sessions = new Sessions(history, live, door, journal.clock());
        this.door = door;
        this.journal = journal;
    }

    /**
     * Finds what was run or shown, or done with files, among the recordings that the caller may see.
     *
     * @throws sallyport.db.DatabaseAway if the database does not answer
     * @throws java.io.UncheckedIOException if the search could not be written down; then it has no answer
     */
    public Outcome<SearchAnswer> find(Caller caller, SearchQuestion question) {
        boolean seesAll = caller.person().may(Permission.VIEW_RECORDING);
        boolean own =
                question.filter().person().equals(Optional.of(caller.person().id()));
        if (!seesAll && !own && question.filter().person().isPresent()) {
            return Permissions.lacking("searching other people's recordings", Permission.VIEW_RECORDING);
        }
        HistoryFilter filter = seesAll ? question.filter() : Pages.ownOnly(question.filter(), caller);
        return checked(question).then(text -> find(caller, question, text, filter));
    }

    private static Outcome<String> checked(SearchQuestion question) {
        String text = question.text();
        if (text.codePointCount(0, text.length()) < RecordingSearch.SHORTEST
                || text.codePoints().noneMatch(Character::isLetterOrDigit)) {
            return new Outcome.Invalid<>(Quoted.of(text) + " is too short to be searched for; "
                    + RecordingSearch.SHORTEST + " characters are needed, one of them a letter or digit");
        }
        if (text.length() > SearchQuestion.LONGEST) {
            return new Outcome.Invalid<>(
                    "what is searched for may have " + SearchQuestion.LONGEST + " characters, not " + text.length());
        }
        if (question.limit() < 1 || question.limit() > SearchQuestion.MOST) {
            return new Outcome.Invalid<>(
                    "a search shows 1 to " + SearchQuestion.MOST + " matches, not " + question.limit());
        }
        return Pages.checked(question.filter()).then(_ -> new Outcome.Done<>(text));
    }

    private Outcome<SearchAnswer> find(Caller caller, SearchQuestion question, String text, HistoryFilter filter) {
        List<SearchMatch> matches;
        try {
            matches = search.find(question.in(), text, filter, question.limit());
        } catch (SearchTooWide tooWide) {
            written(caller, question, filter, 0);
            return new Outcome.Refused<>("so much has " + Quoted.of(text)
                    + " in it that the search took too long; say more of it, or narrow it with --since, --person,"
                    + " --target or --env");
        }
        HistoryFilter begun = new HistoryFilter(
                filter.person(),
                filter.target(),
                filter.environment(),
                filter.workspace(),
                filter.state(),
                Optional.empty(),
                filter.until());
        IndexedSoFar of = search.soFar(begun);
        written(caller, question, filter, matches.size());
        return new Outcome.Done<>(new SearchAnswer(
                matches.stream().map(m -> SearchHit.of(m, door)).toList(), matches.size() == question.limit(), of));
    }

    private void written(Caller caller, SearchQuestion question, HistoryFilter filter, int matches) {
        StringJoiner narrowed = new StringJoiner(" ");
        filter.target().ifPresent(t -> narrowed.add("target " + t));
        filter.environment().ifPresent(e -> narrowed.add("environment " + e.word()));
        filter.workspace().ifPresent(w -> narrowed.add("workspace " + w));
        filter.since().ifPresent(t -> narrowed.add("since " + Times.utc(t)));
        filter.until().ifPresent(t -> narrowed.add("until " + Times.utc(t)));
        journal.write(
                caller,
                new AuditEvent.RecordingsSearched(
                        switch (question.in()) {
                            case COMMANDS -> "commands";
                            case SCREENS -> "screens";
                            case FILES -> "files";
                        },
                        question.text(),
                        filter.person()
                                .map(p -> p.equals(caller.person().id())
                                        ? caller.person().name().value()
                                        : p.toString())
                                .orElse("everybody"),
                        narrowed.toString(),
                        matches));
    }

    /**
     * Reads one recording again, now.
     *
     * @param idOrName of its session
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Outcome<RecordingIndexer.Read.Whole> reindex(Caller caller, String idOrName) {
        return sessions.find(caller, idOrName, Permission.VIEW_RECORDING, "having other people's recordings read again")
                .then(view -> {
                    if (view.isLive() || view.row().endedAt().isEmpty()) {
                        return new Outcome.Refused<>("session " + view.code()
                                + " is not over; its recording is read for the search when it is");
                    }
                    if (view.row().recordingBytes().isEmpty() || index.isPurged(view.id())) {
                        return new Outcome.Refused<>("session " + view.code() + " has no recording, only its history");
                    }
                    return switch (indexer.readNow(view.row())) {
                        case RecordingIndexer.Read.Whole read -> {
                            journal.write(
                                    caller,
                                    new AuditEvent.RecordingReindexed(view.id(), read.commands(), read.lines()));
                            yield new Outcome.Done<>(read);
                        }
                        case RecordingIndexer.Read.Unreadable(String words) ->
                            new Outcome.Refused<>(
                                    "the recording of session " + view.code() + " cannot be searched: " + words);
                    };
                });
    }

    /**
     * Has all recordings read again, in the background; needs {@link Permission#MANAGE_POLICY}. What was found before is found
     * until its recording's turn comes.
     *
     * @return how many there are
     * @throws sallyport.db.DatabaseAway if the database does not answer
     */
    public Outcome<Integer> reindexAll(Caller caller) {
        if (!caller.person().may(Permission.MANAGE_POLICY)) {
            return Permissions.lacking("having all recordings read again", Permission.MANAGE_POLICY);
        }
        int recordings = index.again(Optional.empty());
        indexer.lookAtAll();
        journal.write(caller, new AuditEvent.RecordingsReindexed(recordings));
        return new Outcome.Done<>(recordings);
    }
}
