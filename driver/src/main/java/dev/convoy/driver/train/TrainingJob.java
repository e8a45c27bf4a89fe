package dev.convoy.driver.train;

import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.BatchNormStatistics;
import dev.convoy.driver.train.rounds.CollectLimit;
import dev.convoy.driver.train.rounds.ExecutorEnvironment;
import dev.convoy.driver.train.rounds.Progress;
import dev.convoy.driver.train.rounds.ReplicaTasks;
import dev.convoy.driver.train.rounds.RoundsWay;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.averaging.Ranges;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.replica.Examples;
import dev.convoy.worker.replica.NetworkSpec;
import dev.convoy.worker.replica.RateSweep;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.scoring.Confusion;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A run after its preparation on the driver. */
record TrainingJob(
    TrainPlan plan,
    ImageDataset data,
    ShardPlan shards,
    NetworkSpec spec,
    PreparedNetwork prepared,
    long started) {
  ReplicaPlan replicaPlan(boolean withExampleScores) {
    List<PooledVariances.Statistics> statistics =
        BatchNormStatistics.find(prepared.tensors(), plan.network().frozen());
    ReplicaPlan.Answer answer =
        new ReplicaPlan.Answer(
            plan.averaging().sent(),
            statistics,
            Ranges.without(statistics, prepared.parameters().length),
            plan.averaging().updaterState() == AveragingPlan.UpdaterState.AVERAGE,
            withExampleScores);
    return new ReplicaPlan(
        spec,
        new Examples.Images(data.manifest().shape(), plan.augmentation()),
        shards,
        plan.batch(),
        plan.seed(),
        answer);
  }

  CollectLimit.Size sent() {
    boolean withState = plan.averaging().updaterState() == AveragingPlan.UpdaterState.AVERAGE;
    return new CollectLimit.Size(
        prepared.parameters().length, withState ? prepared.updaterState() : 0);
  }

  Trainer.Start start(
      Progress done,
      long stepsPerEpoch,
      List<ReplicaTasks.Ready> ready,
      Optional<RateSweep> sweep,
      RoundsWay.Choice way) {
    List<Long> sizes = IntStream.range(0, shards.replicas()).mapToObj(shards::size).toList();
    return new Trainer.Start(
        prepared.kernels(),
        sizes,
        prepared.start().renewed(),
        done,
        stepsPerEpoch,
        sent(),
        ready,
        sweep,
        way);
  }

  Model model(float[] parameters, ExecutorEnvironment environment) {
    return new Model(
        plan.network(),
        data.manifest().labels(),
        data.manifest().normalisation(),
        prepared.tensors(),
        parameters,
        Provenance.of(plan, data, environment));
  }

  TrainReport report(
      String model, String sha256, Progress start, Progress end, Optional<Confusion> scored) {
    return new TrainReport(
        model,
        sha256,
        prepared.parameters().length,
        end.epoch(),
        end.round(),
        shards.examples(),
        end.last().loss(),
        scored.map(Confusion::accuracy).orElse(end.last().validationAccuracy()),
        scored.map(Confusion::loss).orElse(end.last().validationLoss()),
        end.best() == null ? null : end.best().epoch(),
        end.inRun().imagesPerSecond(),
        end.inRun().seconds(),
        end.inRun().computeSeconds(),
        end.epoch() - start.epoch(),
        end.inRun().seconds() - start.inRun().seconds(),
        (System.nanoTime() - started) / 1e9);
  }
}
