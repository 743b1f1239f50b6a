namespace Orleans;

/// <summary>The way in for callers that are no grains; registered with the silo.</summary>
public interface IClusterClient : IGrainFactory
{
    /// <summary>The services it was made from.</summary>
    IServiceProvider ServiceProvider { get; }
}
