package dev.rapid.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;

/** Which part of the program may know which. Only this module sees them all. */
@AnalyzeClasses(
    packages = "dev.rapid",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
class ArchitectureTest {

  private static final List<String> MODULES_BESIDE_EACH_OTHER =
      List.of(
          "runtimeapi",
          "extensionsapi",
          "invokeapi",
          "gateway",
          "telemetry",
          "control",
          "bootstrap",
          "fnfdk",
          "fnrunner",
          "azure",
          "kapacitor");

  /** What {@code LateLibraries.PROTOCOLS} loads. */
  private static final String[] LATE_PROTOCOLS = {
    "dev.rapid.grpc..",
    "dev.rapid.fnrunner.server..",
    "dev.rapid.fnfdk.http..",
    "dev.rapid.azure.protocol..",
    "dev.rapid.azure.server..",
    "dev.rapid.azure.trigger..",
    "dev.rapid.kapacitor.protocol..",
    "dev.rapid.kapacitor.codec..",
    "dev.rapid.kapacitor.json..",
    "dev.rapid.kapacitor.host..",
    "dev.rapid.kapacitor.agent.."
  };

  @ArchTest
  static final ArchRule the_core_knows_neither_http_nor_json_nor_processes =
      noClasses()
          .that()
          .resideInAPackage("dev.rapid.core..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.undertow..", "org.xnio..", "com.fasterxml.jackson..", "java.net.http..")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java\\.lang\\.Process(Builder|Handle)?(\\$.*)?")
          .because(
              "new front ends and worker protocols come without a change of the core, and its"
                  + " tests need neither sockets nor processes");

  @ArchTest
  static final ArchRule rules_of_the_sandbox_do_not_call_each_other =
      slices()
          .assignedFrom(new SandboxRules())
          .should()
          .notDependOnEachOther()
          .because("a rule says what comes next, and the machine goes on");

  @ArchTest
  static final ArchRule the_api_modules_do_not_know_each_other =
      slices()
          .matching("dev.rapid.(" + String.join("|", MODULES_BESIDE_EACH_OTHER) + ")..")
          .should()
          .notDependOnEachOther()
          .because("they meet in the core only, so each can be read, tested and replaced alone");

  @ArchTest
  static final ArchRule the_status_pages_know_telemetry_and_no_other_api =
      noClasses()
          .that()
          .resideInAPackage("dev.rapid.status..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.rapid.runtimeapi..",
              "dev.rapid.extensionsapi..",
              "dev.rapid.invokeapi..",
              "dev.rapid.control..",
              "dev.rapid.bootstrap..")
          .because("they show meters, records and the core's states, whatever the front end is");

  @ArchTest
  static final ArchRule the_lambda_model_depends_on_the_core_alone =
      noClasses()
          .that()
          .resideInAPackage("dev.rapid.lambda..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.rapid..")
                  .and(not(resideInAnyPackage("dev.rapid.lambda..", "dev.rapid.core.."))))
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("io.undertow..", "org.xnio..")
          .because("every front end, worker protocol and log shares it, HTTP or not");

  @ArchTest
  static final ArchRule the_http_module_knows_neither_lambda_nor_json =
      noClasses()
          .that()
          .resideInAPackage("dev.rapid.http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.rapid.lambda..", "com.fasterxml.jackson..")
          .because("it serves APIs that are not Lambda's as well");

  @ArchTest
  static final ArchRule nothing_depends_on_the_command_line =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.rapid.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.rapid.cli..")
          .because("the other modules can then be used by another program");

  @ArchTest
  static final ArchRule the_command_line_assembles_nothing =
      noClasses()
          .that()
          .resideInAPackage("dev.rapid.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.rapid.core.fleet..",
              "dev.rapid.core.process..",
              "dev.rapid.runtimeapi..",
              "dev.rapid.extensionsapi..",
              "dev.rapid.control..",
              "dev.rapid.status..",
              "io.undertow..",
              "org.xnio..")
          .because("the emulator does, for every program that uses it");

  @ArchTest
  static final ArchRule only_the_command_line_knows_the_emulator =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.rapid.emulator..", "dev.rapid.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.rapid.emulator..")
          .because("what is assembled does not know who assembles it");

  @ArchTest
  static final ArchRule only_the_options_know_picocli =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.rapid.cli.config")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..")
          .because("options are parsed once; everything else takes typed settings");

  @ArchTest
  static final ArchRule only_the_options_and_the_templates_know_yaml =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.rapid.cli.config", "dev.rapid.templates..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.snakeyaml..")
          .because("files are read once; everything else takes typed settings");

  @ArchTest
  static final ArchRule only_the_storage_of_the_queue_knows_databases =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.rapid.queue.sql")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.sql..", "javax.sql..", "com.zaxxer..", "org.h2..", "org.postgresql..")
          .orShould()
          .dependOnClassesThat(
              resideInAPackage("dev.rapid.queue.sql").and(not(simpleName("Stores"))))
          .because(
              "a queue in memory loads nothing of them, and the packaged program has them in a"
                  + " class loader of its own");

  @ArchTest
  static final ArchRule only_protocols_that_are_loaded_late_know_their_libraries =
      noClasses()
          .that()
          .resideOutsideOfPackages(LATE_PROTOCOLS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..", "io.grpc..", "com.google.protobuf..")
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage(LATE_PROTOCOLS)
          .because(
              "a start without them loads nothing of it, and the packaged program has it in a"
                  + " class loader of its own");

  @ArchTest
  static final ArchRule the_storage_of_the_queue_knows_nothing_else_of_it =
      noClasses()
          .that()
          .resideInAnyPackage("dev.rapid.queue.store", "dev.rapid.queue.sql")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.rapid.queue", "dev.rapid.queue.destination..")
          .because("entries are stored, whatever runs them");

  @ArchTest
  static final ArchRule the_templates_know_nothing_else_of_rapid =
      noClasses()
          .that()
          .resideInAPackage("dev.rapid.templates..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.rapid..").and(not(resideInAPackage("dev.rapid.templates.."))))
          .because("a template becomes the text of a configuration file, and nothing else");

  @ArchTest
  static final ArchRule managed_runtimes_need_the_jdk_alone =
      noClasses()
          .that()
          .resideInAPackage("dev.rapid.runtimes..")
          .should()
          .dependOnClassesThat(
              not(resideInAnyPackage("dev.rapid.runtimes..", "java..", "org.jspecify..")))
          .because("they say how to start a function, whatever runs it");

  @ArchTest
  static final ArchRule packages_form_no_cycles =
      slices()
          .matching("dev.rapid.(**)")
          .should()
          .beFreeOfCycles()
          .because("a cycle makes several packages one that nobody can read in parts");

  @ArchTest
  static final ArchRule only_the_command_line_prints_or_exits =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.rapid.cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class)
          .because(
              "stdout carries the function's response, and only the command line knows the exit"
                  + " codes");

  @ArchTest
  static void each_module_that_a_rule_names_has_classes(JavaClasses classes) {
    for (String module : MODULES_BESIDE_EACH_OTHER) {
      assertThat(classes).as(module).anyMatch(resideInAPackage("dev.rapid." + module + ".."));
    }
  }

  /** Leaves out the fakes of the core, which come as a jar of their own. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  /** Each class of rules of the sandbox is a slice. */
  private static final class SandboxRules implements SliceAssignment {

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass each) {
      return each.getPackageName().equals("dev.rapid.core.sandbox")
              && each.getSimpleName().endsWith("Rules")
          ? SliceIdentifier.of(each.getSimpleName())
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "rules of the sandbox";
    }
  }
}
