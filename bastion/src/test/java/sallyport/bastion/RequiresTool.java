package sallyport.bastion;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The test runs a program of the machine. Where it is missing the test is skipped, with the line that installs it; with
 * {@code CI=true} in the environment it fails, so that nothing is skipped unseen.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(RequiresTool.Present.class)
public @interface RequiresTool {

    /** Absolute paths of the programs. */
    String[] value();

    /** The packages of Debian that have them. */
    String debian();

    /** Looks whether they are there. */
    final class Present implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), RequiresTool.class)
                    .flatMap(tool -> Arrays.stream(tool.value())
                            .filter(path -> !Files.isExecutable(Path.of(path)))
                            .findFirst()
                            .map(missing -> missing(missing, tool.debian())))
                    .orElse(ConditionEvaluationResult.enabled("all tools are there"));
        }

        private static ConditionEvaluationResult missing(String path, String debian) {
            String words = path + " is missing; install it: apt-get install " + debian;
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException(words);
            }
            return ConditionEvaluationResult.disabled(words);
        }
    }
}
