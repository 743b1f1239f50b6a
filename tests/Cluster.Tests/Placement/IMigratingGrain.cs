using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Cluster.Tests.Placement;

/// <summary>Is placed like a stream grain, and migrates with the same state.</summary>
[Alias("test.IMigratingGrain")]
public interface IMigratingGrain : IGrainWithStringKey
{
    [Alias("GetSilo")]
    Task<string> GetSilo();

    [Alias("SetState")]
    Task SetState(string track, AudienceReport audience, IStreamObserver observer);

    /// <summary>Notifies the observers; returns the current track, the number of listeners and the last discontinuity.</summary>
    [Alias("NotifyAndGetState")]
    Task<string> NotifyAndGetState();

    [Alias("Migrate")]
    Task Migrate();
}
