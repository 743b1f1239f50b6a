namespace AudioOrleans.Grains.Interfaces.Streams;

/// <summary>Observes a stream.</summary>
[Alias("audio.streams.IStreamObserver")]
public interface IStreamObserver : IGrainObserver
{
    /// <summary>The stream changed.</summary>
    [Alias("Changed"), OneWay]
    Task Changed(StreamChange change);
}
