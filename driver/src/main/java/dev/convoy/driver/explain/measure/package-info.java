/**
 * What an explanation finds out about a model on an image, as numbers: {@link
 * dev.convoy.driver.explain.measure.Filters} are learned weights, {@link
 * dev.convoy.driver.explain.measure.ConvolutionStep} one sum of a convolution, {@link
 * dev.convoy.driver.explain.measure.Occlusion} which pixels decide, {@link
 * dev.convoy.driver.explain.measure.Shifts} what moving the image changes. All but {@link
 * dev.convoy.driver.explain.measure.LocalPredictor} are plain arithmetic on what a {@link
 * dev.convoy.driver.explain.measure.Predictor} says.
 */
package dev.convoy.driver.explain.measure;
