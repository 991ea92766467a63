package sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sallyport.policy.AccessRequest;

class ApprovalOperationsTest {

    private final House house = new House();
    private Caller engineer;
    private Caller approver;
    private AccessRequest request;
    private String code;

    @BeforeEach
    void ask() {
        engineer = house.caller("engineer");
        approver = house.caller("approver");
        request = house.request("engineer");
        code = request.code().value();
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void approvers_see_what_waits_and_everybody_their_own() {
        assertThat(house.approvals.open(approver)).isEqualTo(new Outcome.Done<>(List.of(request)));
        assertThat(house.approvals.open(engineer))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "seeing what waits for approval needs terminal.approve, which none of your roles has"));
        assertThat(house.approvals.own(engineer)).isEqualTo(new Outcome.Done<>(List.of(request)));
        assertThat(house.approvals.own(approver)).isEqualTo(new Outcome.Done<>(List.of()));
        assertThat(house.approvals.show(engineer, code)).isEqualTo(new Outcome.Done<>(request));
    }

    @Test
    void foreign_and_absent_requests_read_the_same() {
        assertThat(house.approvals.show(house.caller("engineer-2"), code))
                .isEqualTo(new Outcome.NotFound<>("no request \"" + code + "\" for you"));
        assertThat(house.approvals.cancel(house.caller("engineer-2"), code))
                .isEqualTo(new Outcome.NotFound<>("no request \"" + code + "\" for you"));
        assertThat(house.approvals.show(approver, "ZZZZ"))
                .isEqualTo(new Outcome.NotFound<>("no request \"ZZZZ\" for you"));
        assertThat(house.approvals.approve(approver, "no code!", ""))
                .isEqualTo(new Outcome.NotFound<>("no request \"no code!\" for you"));
    }

    @Test
    void an_approval_gives_a_grant_and_is_written_down() {
        Outcome<AccessRequest> outcome = house.approvals.approve(approver, code.toLowerCase(Locale.ROOT), "go on");

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Done.class,
                        done -> assertThat(((AccessRequest) done.value()).state())
                                .isInstanceOfSatisfying(AccessRequest.State.Approved.class, approved -> {
                                    assertThat(approved.byName())
                                            .isEqualTo(approver.person().name());
                                    assertThat(approved.note()).isEqualTo("go on");
                                }));
        assertThat(house.server.read("select count(*) from audit_event where action = 'access.approved'"))
                .isEqualTo("1");
    }

    @Test
    void nobody_decides_their_own_request() {
        String own = house.request("approver").code().value();

        assertThat(house.approvals.approve(approver, own, ""))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "nobody decides their own request; somebody else with terminal.approve must look at " + own));
        assertThat(house.approvals.deny(approver, own, "")).isInstanceOf(Outcome.NotPermitted.class);
    }

    @Test
    void deciding_needs_the_permission() {
        assertThat(house.approvals.approve(house.caller("manager"), code, ""))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "approving a request needs terminal.approve, which none of your roles has"));
        assertThat(house.approvals.deny(engineer, "ZZZZ", ""))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "denying a request needs terminal.approve, which none of your roles has"));
    }

    @Test
    void the_second_decision_is_refused_and_says_who_was_first() {
        house.approvals.deny(approver, code, "not now");

        assertThat(house.approvals.approve(approver, code, ""))
                .isEqualTo(new Outcome.Refused<>("request " + code
                        + " was denied by approver at 2026-11-21T14:00:00.000Z; nothing was changed"));
        assertThat(house.approvals.cancel(engineer, code)).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void a_lapsed_request_is_refused() {
        house.clock.pass(AccessRequest.OPEN_FOR.plus(Duration.ofSeconds(1)));

        assertThat(house.approvals.approve(approver, code, ""))
                .isEqualTo(new Outcome.Refused<>(
                        "request " + code + " lapsed at 2026-11-21T14:30:00.000Z; engineer must ask again"));
    }

    @Test
    void the_asker_takes_it_back_and_nobody_else() {
        assertThat(house.approvals.cancel(approver, code))
                .isEqualTo(new Outcome.NotPermitted<>(
                        "request " + code + " is engineer's; only they can take it back, you can deny it"));
        assertThat(house.approvals.cancel(engineer, code)).isInstanceOf(Outcome.Done.class);
        assertThat(house.approvals.own(engineer)).isEqualTo(new Outcome.Done<>(List.of()));
    }

    @Test
    void a_note_that_could_mislead_is_refused() {
        assertThat(house.approvals.deny(approver, code, "a\u202eb"))
                .isEqualTo(new Outcome.Invalid<>("the note cannot be used: the reason has the character U+202E,"
                        + " which could mislead whoever reads it"));
    }
}
