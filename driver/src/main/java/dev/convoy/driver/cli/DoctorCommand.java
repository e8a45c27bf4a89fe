package dev.convoy.driver.cli;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.driver.doctor.Diagnosis;
import dev.convoy.driver.doctor.Doctor;
import dev.convoy.driver.report.Console;
import picocli.CommandLine.Command;

@Command(
    name = "doctor",
    description = {
      "Tells what this machine or cluster can do, and what would fail: Java, Spark, kernels,"
          + " threads, memory and disk, on the driver and on every executor."
    })
final class DoctorCommand extends ConvoyCommand {
  @Override
  void run(Console console) {
    Problems problems = problems();
    problems.refuseIfAny("Cannot start");
    Diagnosis diagnosis = withUncheckedSpark(session -> new Doctor(session).examine());
    console.result(diagnosis.toText(), diagnosis);
    if (diagnosis.failures() > 0) {
      throw new JobFailedException(
          diagnosis.failures() + " of these checks failed; each line says what to do");
    }
  }
}
