package sallyport.bastion.ssh;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import sallyport.db.DecideOutcome;
import sallyport.db.Verdict;
import sallyport.policy.AccessRequest;
import sallyport.policy.Decision;
import sallyport.policy.Permission;
import sallyport.policy.Person;
import sallyport.policy.Spans;

/**
 * The wait at a terminal for another person's decision. The request is stored and outlives it; the wait can be left and
 * come back to.
 */
final class ApprovalWait {

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    /** How often the decision is looked for and the line is drawn. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private static final int CTRL_C = 3;
    private static final int CTRL_D = 4;

    private final VisitDesk desk;
    private final ClientChannel channel;
    private final AccessRequest request;
    private final Decision.ApprovalRequired needed;

    ApprovalWait(VisitDesk desk, ClientChannel channel, AccessRequest request, Decision.ApprovalRequired needed) {
        this.desk = desk;
        this.channel = channel;
        this.request = request;
        this.needed = needed;
    }

    /** How the wait ended. */
    sealed interface Answer {
        /** Somebody decided: put the question again. */
        record Decided() implements Answer {}

        /** It was left, cancelled, or lapsed. */
        record Over(String words) implements Answer {}

        /** Nobody waits any more. */
        record ClientGone() implements Answer {}
    }

    /** One line for whoever cannot wait at a terminal: the code and the next command. */
    String wordsWithoutTerminal() {
        return "%s is PRODUCTION. Request %s waits for %s until %s; when it is approved, run this again. Look: ssh bastion approval show %s"
                .formatted(
                        needed.target().name(),
                        request.code(),
                        approvers(),
                        CLOCK.format(request.openUntil()),
                        request.code());
    }

    /** Draws, looks and listens until there is an answer. */
    Answer untilDecided() {
        Instant began = desk.clock().instant();
        line("");
        line("  Request %s   %s on %s   %s   %s"
                .formatted(
                        request.code(),
                        request.login(),
                        request.target(),
                        Spans.text(request.duration()),
                        Visible.text(request.reason().value())));
        line("  Asked   %s   open until %s".formatted(approvers(), CLOCK.format(request.openUntil())));
        while (true) {
            Instant now = desk.clock().instant();
            AccessRequest current = desk.requests().find(request.code()).orElse(request);
            switch (current.state()) {
                case AccessRequest.State.Waiting _ -> {
                    if (!current.isOpen(now)) {
                        line("");
                        return new Answer.Over("request %s lapsed: nobody decided in time. Connect again to ask anew."
                                .formatted(request.code()));
                    }
                }
                case AccessRequest.State.Approved approved -> {
                    line("");
                    line("  Approved by %s%s".formatted(approved.byName(), note(approved.note())));
                    return new Answer.Decided();
                }
                case AccessRequest.State.Denied _ -> {
                    line("");
                    return new Answer.Decided();
                }
                case AccessRequest.State.Cancelled _ -> {
                    line("");
                    return new Answer.Over("request %s was cancelled. Nothing was opened.".formatted(request.code()));
                }
            }
            channel.say("\r  waiting " + Spans.elapsed(Duration.between(began, now))
                    + "   d leave, it stays open   c cancel \033[K");
            Optional<Answer> answer = listen();
            if (answer.isPresent()) {
                return answer.get();
            }
        }
    }

    /** Listens for one look's time; keys that mean nothing do not bring the next look nearer. */
    private Optional<Answer> listen() {
        Instant until = desk.clock().instant().plus(LOOK_EVERY);
        while (true) {
            Duration left = Duration.between(desk.clock().instant(), until);
            switch (channel.input().keys(left)) {
                case ClientInput.Keys.Nothing _ -> {
                    return Optional.empty();
                }
                case ClientInput.Keys.Gone _ -> {
                    return Optional.of(new Answer.ClientGone());
                }
                case ClientInput.Keys.Ended _ -> {
                    return Optional.of(new Answer.Over(wordsWithoutTerminal()));
                }
                case ClientInput.Keys.Typed(String typed) -> {
                    if (typed.indexOf('c') >= 0) {
                        cancel();
                        return Optional.empty();
                    }
                    if (typed.chars().anyMatch(key -> key == 'd' || key == CTRL_C || key == CTRL_D)) {
                        line("");
                        return Optional.of(
                                new Answer.Over("request %s stays open until %s. Connect again to see how it stands."
                                        .formatted(request.code(), CLOCK.format(request.openUntil()))));
                    }
                }
            }
        }
    }

    private void cancel() {
        Person asker = desk.access()
                .person(request.person())
                .orElseThrow(() -> new IllegalStateException("whoever asked is gone"));
        DecideOutcome outcome = desk.requests()
                .decide(
                        request.code(),
                        new Verdict.Cancel(),
                        asker,
                        request.source(),
                        desk.clock().instant());
        if (!(outcome instanceof DecideOutcome.Decided)) {
            line("");
            line("  too late to cancel: it has been decided.");
        }
    }

    private String approvers() {
        List<String> names = desk.access().snapshot().people().stream()
                .filter(p -> p.may(Permission.APPROVE) && !p.id().equals(request.person()))
                .map(p -> p.name().value())
                .sorted()
                .toList();
        return names.isEmpty()
                ? "nobody: no other person may approve; tell whoever runs this bastion"
                : String.join(", ", names);
    }

    private static String note(String note) {
        return note.isEmpty() ? "" : ": \"" + Visible.text(note) + "\"";
    }

    private void line(String text) {
        channel.say(text + "\r\n");
    }
}
