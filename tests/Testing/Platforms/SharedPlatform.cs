using AudioOrleans.Testing.Audio;

namespace AudioOrleans.Testing.Platforms;

/// <summary>A platform and an Icecast with a station on <c>/live</c> (MP3) and <c>/aac</c>, shared by the tests of a process that break neither.</summary>
public sealed class SharedPlatform
{
    private static readonly Lazy<Task<SharedPlatform>> Instance = new(StartAsync);

    private SharedPlatform(PlatformProcess platform, IcecastServer icecast, Dj dj) => (Platform, Icecast, Dj) = (platform, icecast, dj);

    /// <summary>The platform.</summary>
    public PlatformProcess Platform { get; }

    /// <summary>The Icecast with the sources of its streams.</summary>
    public IcecastServer Icecast { get; }

    /// <summary>A DJ with an account on it.</summary>
    public Dj Dj { get; }

    /// <summary>The instance of this process; the kernel ends its programs with the process.</summary>
    public static Task<SharedPlatform> GetAsync() => Instance.Value;

    private static async Task<SharedPlatform> StartAsync()
    {
        var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/live", await Tone.Mp3Async());
        await icecast.AddSourceAsync("/aac", await Tone.AacAsync());
        var platform = await PlatformProcess.StartAsync();
        var shared = new SharedPlatform(platform, icecast, await Dj.RegisterAsync(platform));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => platform.RemoveFolder();
        return shared;
    }
}
