package sallyport.bastion;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What ARCHITECTURE.md claims about rooms and arrows, checked. */
class HouseTest {

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(new NoTestJars())
            .importPackages("sallyport");

    private static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar") && !location.contains("/test-classes/");
        }
    }

    private static void check(ArchRule rule) {
        rule.check(HOUSE);
    }

    @Test
    void the_house_is_all_there() {
        assertThat(HOUSE.size()).isGreaterThan(150);
    }

    @Test
    void policy_stands_on_the_jdk_alone() {
        check(noClasses()
                .that()
                .resideInAPackage("sallyport.policy..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("sallyport.policy..", "java..", "org.jspecify..")
                .because("rules are pure: whoever calls them does the rest"));
        check(noClasses()
                .that()
                .resideInAPackage("sallyport.policy..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..", "java.nio.file..", "java.net..", "java.util.concurrent..", "java.sql..")
                .because("rules do no I/O and know no threads")
                .allowEmptyShould(true));
    }

    @Test
    void recorder_and_keys_know_none_of_ours() {
        check(noClasses()
                .that()
                .resideInAPackage("sallyport.recorder..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "sallyport.recorder..",
                        "java..",
                        "org.jspecify..",
                        "com.google.errorprone.annotations..",
                        "com.fasterxml.jackson.core..",
                        "com.github.luben.zstd..",
                        "org.apache.commons.compress..")
                .because("a recording must be readable without the bastion"));
        check(noClasses()
                .that()
                .resideInAPackage("sallyport.keys..")
                .should()
                .dependOnClassesThat(resideInAPackage("sallyport..")
                        .and(DescribedPredicate.not(resideInAPackage("sallyport.keys..")))));
    }

    @Test
    void arrows_point_one_way() {
        // The log in the database is a Merkle tree, which is pure; recordings are none of its business.
        arrow(
                "sallyport.db..",
                "sallyport.admin..",
                "sallyport.bastion..",
                "sallyport.recorder",
                "sallyport.recorder.screen..",
                "sallyport.recorder.store..",
                "sallyport.recorder.index..",
                "sallyport.recorder.playback..",
                "sallyport.recorder.verify..",
                "sallyport.recorder.bundle..",
                "sallyport.keys..");
        // recorder.proof stands by itself, so that a proof can be checked with it and public keys alone.
        check(noClasses()
                .that()
                .resideInAPackage("sallyport.recorder.proof..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("sallyport.recorder.proof..", "java..", "org.jspecify.."));
        arrow("sallyport.admin..", "sallyport.bastion..", "sallyport.keys..");
        arrow("sallyport.admin", "sallyport.admin.http..");
        arrow(
                "sallyport.bastion.backend..",
                "sallyport.bastion.session..",
                "sallyport.bastion.ssh..",
                "sallyport.bastion.console..",
                "sallyport.bastion.app..",
                "sallyport.bastion.demo..");
        arrow(
                "sallyport.bastion.session..",
                "sallyport.bastion.ssh..",
                "sallyport.bastion.console..",
                "sallyport.bastion.app..",
                "sallyport.bastion.demo..");
        arrow(
                "sallyport.bastion.transfer..",
                "sallyport.bastion.backend..",
                "sallyport.bastion.session..",
                "sallyport.bastion.ssh..",
                "sallyport.bastion.console..",
                "sallyport.bastion.app..",
                "sallyport.bastion.demo..");
        arrow(
                "sallyport.bastion.console..",
                "sallyport.bastion.ssh..",
                "sallyport.bastion.app..",
                "sallyport.bastion.demo..");
        arrow("sallyport.bastion.ssh..", "sallyport.bastion.app..", "sallyport.bastion.demo..");
        arrow(
                "sallyport.bastion.demo..",
                "sallyport.bastion.app..",
                "sallyport.bastion.ssh..",
                "sallyport.bastion.session..",
                "sallyport.bastion.backend..",
                "sallyport.bastion.console..");
    }

    private static void arrow(String from, String... never) {
        check(noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(never)
                .because("arrows point one way: see ARCHITECTURE.md"));
    }

    @Test
    void no_packages_in_circles() {
        // What jOOQ makes refers to itself in circles; nobody reads it.
        slices().matching("sallyport.(**)")
                .should()
                .beFreeOfCycles()
                .check(HOUSE.that(DescribedPredicate.not(resideInAPackage("sallyport.db.schema.."))));
    }

    @Test
    void each_library_has_its_rooms() {
        room("org.jooq..", "sallyport.db..");
        room("io.javalin..", "sallyport.admin.http..");
        room("com.pty4j..", "sallyport.bastion.backend..", "sallyport.bastion.demo..");
        room("com.zaxxer..", "sallyport.db..");
        room("org.flywaydb..", "sallyport.db..");
        room("org.apache.commons.compress..", "sallyport.recorder.bundle..", "sallyport.bastion.app..");
        room("picocli..", "sallyport.bastion.console..", "sallyport.bastion.app..");
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        "sallyport.bastion.ssh..",
                        "sallyport.bastion.backend..",
                        "sallyport.bastion.demo..",
                        "sallyport.keys..")
                // Transport names the I/O in one place, for the door and for the way to targets.
                .and()
                .doNotHaveFullyQualifiedName("sallyport.bastion.app.Transport")
                .and()
                .doNotHaveFullyQualifiedName("sallyport.bastion.app.Bastion")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.sshd..")
                .because("the ssh library has its own rooms"));
    }

    private static void room(String library, String... rooms) {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(rooms)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .because("each library has its rooms: see ARCHITECTURE.md"));
    }

    @Test
    void time_output_and_threads_are_given() {
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName("sallyport.bastion.app.Main")
                .and()
                // Bounds waits on a real network, which no test's clock moves.
                .doNotHaveFullyQualifiedName("sallyport.db.Database")
                .and()
                .resideOutsideOfPackage("sallyport.bastion.demo..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class, String.class)
                .because("Main has the clocks, the exit and the environment; threads belong to an executor"));
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName("sallyport.bastion.app.Main")
                .and()
                .resideOutsideOfPackage("sallyport.bastion.demo..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("what is said is logged or sent to whom it concerns"));
    }

    @Test
    void every_package_says_what_it_is() {
        List<String> silent = new ArrayList<>();
        packages(HOUSE.getPackage("sallyport")).forEach(name -> {
            boolean generated = name.startsWith("sallyport.db.schema");
            JavaPackage each = HOUSE.getPackage(name);
            if (!each.getClasses().isEmpty()
                    && !generated
                    && each.tryGetPackageInfo().isEmpty()) {
                silent.add(name);
            }
        });
        assertThat(silent).as("packages without package-info.java").isEmpty();
    }

    private static List<String> packages(JavaPackage root) {
        List<String> names = new ArrayList<>();
        names.add(root.getName());
        root.getSubpackages().forEach(sub -> names.addAll(packages(sub)));
        return names;
    }
}
