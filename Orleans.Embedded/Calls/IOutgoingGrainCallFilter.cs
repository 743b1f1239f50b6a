using Orleans.Runtime;

namespace Orleans;

/// <summary>Stands between the caller and the sending of its call.</summary>
public interface IOutgoingGrainCallFilter
{
    /// <summary>Runs where the call is made; call <see cref="IGrainCallContext.Invoke"/> to go on.</summary>
    Task Invoke(IOutgoingGrainCallContext context);
}

/// <summary>A filter as a function.</summary>
public delegate Task OutgoingGrainCallFilterDelegate(IOutgoingGrainCallContext context);

/// <summary>A call that is about to be sent. Its <see cref="IGrainCallContext.Grain"/> is the reference that is called.</summary>
public interface IOutgoingGrainCallContext : IGrainCallContext
{
    /// <summary>The activation that calls; null for callers that are no grains.</summary>
    IGrainContext? SourceContext { get; }
}
