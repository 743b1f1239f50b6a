using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Cluster.Tests.Placement;

/// <summary>Is placed as streams are, and travels with their migrated.</summary>
[Alias("test.ITravellerGrain")]
public interface ITravellerGrain : IGrainWithStringKey
{
    [Alias("Where")]
    Task<string> Where();

    [Alias("Pack")]
    Task Pack(string track, AudienceReport audience, IStreamObserver watcher);

    /// <summary>What is on air, how many listen and the last discontinuity; tells the watchers of it.</summary>
    [Alias("Unpack")]
    Task<string> Unpack();

    [Alias("Leave")]
    Task Leave();
}
