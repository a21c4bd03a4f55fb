package org.bpfsim.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows of docs/architecture.md, and the rules that every class keeps. */
class ArchitectureTest {
    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.bpfsim");
    }

    /** A rule over nothing always passes, so this one counts what the others look at. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"sim, 20", "bpf, 40", "tcp, 40", "scenario, 30", "report, 20", "bench, 3", "cli, 5"})
    void rulesSeeTheWholeProduct(String root, int atLeast) {
        long seen = classes.stream()
                .filter(c -> c.getPackageName().startsWith("org.bpfsim." + root))
                .count();
        assertThat(seen).isGreaterThanOrEqualTo(atLeast);
    }

    @ParameterizedTest(name = "{0} knows nothing of {1}")
    @CsvSource({
        "sim, 'bpf,tcp,scenario,report,bench,cli'",
        "bpf, 'sim,tcp,scenario,report,bench,cli'",
        "tcp, 'scenario,report,bench,cli'",
        "scenario, 'report,bench,cli'",
        "report, 'sim,bpf,tcp,scenario,bench,cli'",
        "bench, 'scenario,report,cli'"
    })
    void arrowsPointOneWay(String from, String forbidden) {
        String[] packages = forbidden.split(",");
        for (int i = 0; i < packages.length; i++) {
            packages[i] = "org.bpfsim." + packages[i] + "..";
        }
        noClasses()
                .that()
                .resideInAPackage("org.bpfsim." + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .check(classes);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.bpfsim.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void onlyTheCommandTalksToTheTerminal() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.bpfsim.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(classes);
    }

    /** Random numbers come from named streams, and results never depend on the clock. */
    @Test
    void simulationUsesNeitherTheClockNorUnnamedRandomness() {
        noClasses()
                .that()
                .resideInAnyPackage("org.bpfsim.sim..", "org.bpfsim.bpf..", "org.bpfsim.tcp..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .check(classes);
    }

    /** The platform may compute these differently from one JVM to the next; StrictMath may not. */
    @Test
    void transcendentalFunctionsAreStrict() {
        for (String name : new String[] {"pow", "exp", "log", "log10", "sin", "cos", "tan", "cbrt"}) {
            noClasses()
                    .that()
                    .resideInAnyPackage("org.bpfsim.sim..", "org.bpfsim.tcp..", "org.bpfsim.scenario..")
                    .should()
                    .callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                    com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                                            com.tngtech.archunit.core.domain.properties.HasName.Predicates.name(
                                                    "java.lang.Math")))
                            .and(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                    com.tngtech.archunit.core.domain.properties.HasName.Predicates.name(name))))
                    .check(classes);
        }
    }
}
