/**
 * Measurements of a model on an image, as numbers: {@link
 * dev.convoy.driver.explain.measure.Filters} are learned weights, {@link
 * dev.convoy.driver.explain.measure.ConvolutionStep} is one sum of a convolution, {@link
 * dev.convoy.driver.explain.measure.Occlusion} measures which pixels decide, and {@link
 * dev.convoy.driver.explain.measure.Shifts} measures the effect of shifts. All but {@link
 * dev.convoy.driver.explain.measure.LocalPredictor} are plain arithmetic on the outputs of a {@link
 * dev.convoy.driver.explain.measure.Predictor}.
 */
package dev.convoy.driver.explain.measure;
