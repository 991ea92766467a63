package sallyport.bastion.console;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import sallyport.admin.Quoted;
import sallyport.admin.Span;
import sallyport.admin.Times;
import sallyport.admin.TokenOperations;

/** {@code token ...}. */
final class TokenCommands {

    private final TokenOperations tokens;

    TokenCommands(TokenOperations tokens) {
        this.tokens = tokens;
    }

    List<Verb> verbs() {
        return List.of(Verb.named("token create", "a token with which a program speaks for you", this::create)
                .withRequiredText("--name", "WORDS", "to recognise it by")
                .withWord(
                        "--for",
                        "TIME",
                        "how long it works, up to " + Span.format(TokenOperations.LONGEST_LIFE) + "; "
                                + Span.format(TokenOperations.DEFAULT_LIFE) + " if not said"));
    }

    private Exit create(Call call, Given given) throws IOException {
        Duration life;
        try {
            life = given.option("--for").map(Span::parse).orElse(TokenOperations.DEFAULT_LIFE);
        } catch (IllegalArgumentException refused) {
            return call.fail(Exit.USAGE, String.valueOf(refused.getMessage()));
        }
        return call.answer(tokens.create(call.caller(), given.option("--name").orElse(""), life), token -> {
            call.output().data(token.secret());
            call.output()
                    .say("token " + Quoted.of(token.name()) + " works until " + Times.utc(token.expires())
                            + ". It is shown only now: keep it like a password");
            return Exit.OK;
        });
    }
}
