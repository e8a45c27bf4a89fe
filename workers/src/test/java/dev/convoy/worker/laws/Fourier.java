package dev.convoy.worker.laws;

/**
 * The discrete Fourier transform of a square image, by its definition: {@code X[u, v] = Σ x[i,
 * j]·e^(−2πi·(u·i + v·j)/n)}.
 */
final class Fourier {
  private final double[][] real;
  private final double[][] imaginary;

  private Fourier(double[][] real, double[][] imaginary) {
    this.real = real;
    this.imaginary = imaginary;
  }

  static Fourier of(double[][] x) {
    return new Fourier(x, new double[x.length][x.length]).transform(-1);
  }

  /** The real part of what it is the transform of. */
  double[][] inverse() {
    double[][] x = transform(1).real;
    for (double[] row : x) {
      for (int j = 0; j < row.length; j++) {
        row[j] /= (double) x.length * x.length;
      }
    }
    return x;
  }

  private Fourier transform(int sign) {
    int n = real.length;
    Fourier sums = new Fourier(new double[n][n], new double[n][n]);
    for (int u = 0; u < n; u++) {
      for (int v = 0; v < n; v++) {
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < n; j++) {
            double angle = sign * 2 * Math.PI * (u * i + v * j) / n;
            sums.real[u][v] += real[i][j] * Math.cos(angle) - imaginary[i][j] * Math.sin(angle);
            sums.imaginary[u][v] +=
                real[i][j] * Math.sin(angle) + imaginary[i][j] * Math.cos(angle);
          }
        }
      }
    }
    return sums;
  }

  Fourier conjugate() {
    int n = real.length;
    Fourier conjugate = new Fourier(real, new double[n][n]);
    for (int u = 0; u < n; u++) {
      for (int v = 0; v < n; v++) {
        conjugate.imaginary[u][v] = -imaginary[u][v];
      }
    }
    return conjugate;
  }

  Fourier times(Fourier other) {
    int n = real.length;
    Fourier product = new Fourier(new double[n][n], new double[n][n]);
    for (int u = 0; u < n; u++) {
      for (int v = 0; v < n; v++) {
        product.real[u][v] =
            real[u][v] * other.real[u][v] - imaginary[u][v] * other.imaginary[u][v];
        product.imaginary[u][v] =
            real[u][v] * other.imaginary[u][v] + imaginary[u][v] * other.real[u][v];
      }
    }
    return product;
  }
}
