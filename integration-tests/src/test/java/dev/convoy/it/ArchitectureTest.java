package dev.convoy.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
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

  @ArchTest
  static final ArchRule DATA_PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.convoy.data.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule WORKER_PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.convoy.worker.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule DRIVER_PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.convoy.driver.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule IMAGES_AVERAGING_AND_DEFINITIONS_ARE_PLAIN_JAVA =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.convoy.data.image..",
              "dev.convoy.worker.averaging..",
              "dev.convoy.worker.network..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.spark..");

  @ArchTest
  static final ArchRule DL4J_STAYS_WITH_THE_NETWORKS =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.convoy.worker.network..",
              "dev.convoy.worker.engine..",
              "dev.convoy.worker.replica..",
              "dev.convoy.worker.model..",
              "dev.convoy.worker.scoring..",
              "dev.convoy.worker.export..")
          .and()
          .haveNameNotMatching("dev.convoy.driver.train.(AveragingTrainingMaster|Dl4jListeners).*")
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.deeplearning4j..", "org.nd4j.."));

  @ArchTest
  static final ArchRule ONLY_STORAGE_KNOWS_HADOOP_PATHS =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.convoy.data.io..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.hadoop.fs.FileSystem");

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
