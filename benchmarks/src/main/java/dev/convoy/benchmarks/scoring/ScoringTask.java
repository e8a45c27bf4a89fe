package dev.convoy.benchmarks.scoring;

import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import java.nio.file.Path;
import java.util.List;

/**
 * What one JVM measures.
 *
 * @param network the network that scores
 * @param model directory of the model
 * @param onnx the same model as an ONNX file
 * @param examples file of the images
 * @param form form in which the table stores them
 * @param rows rows of the table
 * @param cores task slots of Spark, and threads of what runs without Spark
 * @param repetitions measurements of each system
 * @param systems systems to measure
 * @param work directory for tables
 * @param result file to write
 */
record ScoringTask(
    BenchmarkNetwork network,
    Path model,
    Path onnx,
    Path examples,
    ImageForm form,
    long rows,
    int cores,
    int repetitions,
    List<ScoringSystem> systems,
    Path work,
    Path result) {}
