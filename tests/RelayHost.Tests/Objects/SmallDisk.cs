using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.Tests.Objects;

/// <summary>A small file system in memory.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Mounts one in a new folder.</summary>
    public static async Task<SmallDisk> MountAsync(string path, int mebibytes)
    {
        Directory.CreateDirectory(path);
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", path);
        return new SmallDisk(path);
    }

    /// <summary>Remounts it read-only, as the kernel does with a failing disk.</summary>
    public Task MakeReadOnlyAsync() => RunAsync("mount", "-o", "remount,ro", Path);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await RunAsync("umount", "--lazy", Path);

    private static async Task RunAsync(string program, params string[] arguments) =>
        await ProcessRunner.RunAsync(new ProcessCommand(program, [.. arguments]), TimeSpan.FromSeconds(10), TimeProvider.System);
}

/// <summary>A test that mounts a file system, which only root may do.</summary>
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (Environment.UserName != "root")
            Skip = "Only root may mount a small disk.";
    }
}
