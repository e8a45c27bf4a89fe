package dev.convoy.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The house: data flows one way, imports run the other way. */
@AnalyzeClasses(packages = "dev.convoy", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule DATA_PREP_KNOWS_NOBODY =
      noClasses()
          .that()
          .resideInAPackage("dev.convoy.data..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.convoy.worker..", "dev.convoy.driver..");

  @ArchTest
  static final ArchRule WORKERS_DO_NOT_KNOW_THE_DRIVER =
      noClasses()
          .that()
          .resideInAPackage("dev.convoy.worker..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.convoy.driver..");

  /** Every package is a slice of its own, nested ones too. */
  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.convoy.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule IMAGES_AVERAGING_AND_DEFINITIONS_ARE_PLAIN_JAVA =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.convoy.data.image..",
              "dev.convoy.data.augment..",
              "dev.convoy.worker.averaging..",
              "dev.convoy.worker.network..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.spark..");

  @ArchTest
  static final ArchRule NETWORKS_ARE_DESCRIBED_WITHOUT_DL4J =
      noClasses()
          .that()
          .resideInAPackage("dev.convoy.worker.network..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.deeplearning4j..", "org.nd4j.."));

  @ArchTest
  static final ArchRule DL4J_STAYS_WITH_WHAT_RUNS_NETWORKS =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.convoy.worker.graph..",
              "dev.convoy.worker.dl4j..",
              "dev.convoy.worker.program..",
              "dev.convoy.worker.engine..",
              "dev.convoy.worker.replica..",
              "dev.convoy.worker.model..",
              "dev.convoy.worker.scoring..",
              "dev.convoy.worker.export..",
              "dev.convoy.driver.dl4j..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.deeplearning4j..", "org.nd4j.."));

  @ArchTest
  static final ArchRule TRAINING_OF_IMAGES_DOES_NOT_KNOW_USERS_OF_DL4J_SPARK =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.convoy.worker.dl4j..", "dev.convoy.driver.dl4j..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.convoy.worker.dl4j..", "dev.convoy.driver.dl4j.."));

  @ArchTest
  static final ArchRule ONLY_STORAGE_KNOWS_HADOOP_PATHS =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.convoy.data.io..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.hadoop.fs.FileSystem");

  @ArchTest
  static final ArchRule SPARKS_INTERNALS_ARE_USED_IN_ONE_PACKAGE =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.convoy.data.spark..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "org.apache.spark.deploy..",
                      "org.apache.spark.internal..",
                      "org.apache.spark.memory..",
                      "org.apache.spark.rpc..")
                  .or(
                      nameMatching(
                          "org\\.apache\\.spark\\.(SparkEnv|SecurityManager|MapOutputTracker.*"
                              + "|ShuffleDependency|storage\\.BlockManager.*"
                              + "|util\\.(Utils|SignalUtils|DependencyUtils"
                              + "|MutableURLClassLoader))\\$?")));

  /** Catalyst's trees and the operators of queries are not a public interface of Spark. */
  @ArchTest
  static final ArchRule QUERY_PLANS_ARE_EXTENDED_IN_ONE_PACKAGE =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.convoy.driver.sql..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "org.apache.spark.sql.catalyst..",
                  "org.apache.spark.sql.execution..",
                  "org.apache.spark.sql.internal.."));

  /** Nothing inside of Convoy depends on its interface for programs. */
  @ArchTest
  static final ArchRule THE_PUBLIC_INTERFACE_IS_OUTERMOST =
      noClasses()
          .that()
          .resideInAnyPackage("dev.convoy.data..", "dev.convoy.worker..", "dev.convoy.driver..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.convoy");

  @ArchTest
  static final ArchRule COMMANDS_ARE_NOT_FOR_OTHERS =
      classes()
          .that()
          .haveSimpleNameEndingWith("Command")
          .should()
          .resideInAPackage("dev.convoy.driver.cli..")
          .andShould()
          .notBePublic();
}
