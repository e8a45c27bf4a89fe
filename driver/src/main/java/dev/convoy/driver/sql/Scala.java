package dev.convoy.driver.sql;

import java.util.List;
import java.util.function.UnaryOperator;
import scala.PartialFunction;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.runtime.AbstractPartialFunction;

/** Conversions between Java's and Scala's collections and functions. */
public final class Scala {
  private Scala() {}

  public static <T> Seq<T> seq(List<? extends T> list) {
    return JavaConverters.<T>asScalaBuffer(List.copyOf(list)).toList();
  }

  static <T> List<T> list(Seq<T> seq) {
    return JavaConverters.seqAsJavaList(seq);
  }

  /** Returns a function of Scala's tree transformations that is applied to every node. */
  static <T> PartialFunction<T, T> everywhere(UnaryOperator<T> function) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(T node) {
        return true;
      }

      @Override
      public <A extends T, B> B applyOrElse(A node, scala.Function1<A, B> otherwise) {
        @SuppressWarnings("unchecked") // Scala declares B as a supertype of T.
        B result = (B) function.apply(node);
        return result;
      }
    };
  }
}
