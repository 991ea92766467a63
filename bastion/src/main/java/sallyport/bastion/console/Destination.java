package sallyport.bastion.console;

import java.time.Instant;
import java.util.Locale;
import java.util.stream.Stream;
import sallyport.admin.Inert;
import sallyport.admin.LiveSessionView;
import sallyport.admin.SessionView;
import sallyport.admin.TargetView;
import sallyport.policy.Login;
import sallyport.policy.session.SessionState;

/**
 * One line of the menu.
 *
 * @param isSession whether it is a session that lives, else a target
 * @param label what it is, inert
 * @param detail what else is worth knowing, inert
 * @param command the line that does the same without the menu
 */
record Destination(MenuChoice choice, boolean isSession, String label, String detail, String command) {

    /** One for each login. */
    static Stream<Destination> of(TargetView target) {
        return target.logins().stream().map(login -> of(target, login));
    }

    private static Destination of(TargetView target, Login login) {
        return new Destination(
                new MenuChoice.OpenTarget(login, target.name()),
                false,
                Inert.of(login + " on " + target.name()),
                target.environment().isProduction()
                        ? "PRODUCTION"
                        : target.environment().word(),
                "ssh " + login + "+" + target.name() + "@bastion");
    }

    static Destination of(SessionView session, Instant now) {
        String since = session.live()
                .filter(l -> l.state() instanceof SessionState.Detached)
                .map(l -> ", left " + Spoken.relative(((SessionState.Detached) l.state()).since(), now))
                .orElse("");
        String until = session.live()
                .filter(l -> l.cutWord().filter("detach"::equals).isEmpty())
                .flatMap(LiveSessionView::cutAt)
                .map(at -> ", ends " + Spoken.relative(at, now))
                .orElse("");
        boolean production = session.row().environment().isProduction();
        return new Destination(
                new MenuChoice.ResumeSession(session.id()),
                true,
                Inert.of(session.row().name().value()),
                Inert.of(
                        session.row().login() + " on " + session.row().target() + (production ? ", PRODUCTION, " : ", ")
                                + session.job().orElse(session.state()) + since + until),
                "ssh s+" + session.row().name() + "@bastion");
    }

    /** Whether every word of {@code filter} occurs in it, in either case. */
    boolean matches(String filter) {
        String text = (label + " " + detail + " " + command).toLowerCase(Locale.ROOT);
        return Stream.of(filter.toLowerCase(Locale.ROOT).strip().split(" +")).allMatch(text::contains);
    }
}
