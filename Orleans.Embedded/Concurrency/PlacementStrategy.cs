namespace Orleans.Runtime;

/// <summary>Names a way to choose silos; with one silo there is nothing to choose.</summary>
public abstract class PlacementStrategy;
