namespace Orleans.Runtime;

/// <summary>Finds the activation whose turn this is.</summary>
public interface IGrainContextAccessor
{
    /// <summary>The activation whose turn this is; null outside of one.</summary>
    IGrainContext GrainContext { get; }
}
