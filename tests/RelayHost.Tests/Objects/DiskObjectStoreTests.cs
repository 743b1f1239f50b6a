using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Testing;
using Xunit.Abstractions;

namespace AudioOrleans.RelayHost.Tests.Objects;

public sealed class DiskObjectStoreTests(ITestOutputHelper output) : ObjectStoreContract(output), IDisposable
{
    private readonly TestFolder _folder = new("objects");

    protected override IObjectStore Store => field ??= new DiskObjectStore(Root, TimeProvider.System);

    protected override bool LinksObjects => true;

    protected override int ConcurrentWrites => 5000;

    protected override string DataFolder => _folder.Path;

    // By default, a host keeps its objects in its data folder.
    protected override string[] Settings => [];

    private string Root => _folder["objects"];

    private string Incoming => Path.Combine(Root, ".incoming");

    [Fact]
    public async Task A_key_is_the_path_of_its_file_and_empty_folders_are_removed()
    {
        await PutAsync("a/b/c", "content");
        await PutAsync("a/d", "content");
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Root, "a", "b", "c")));
        await Store.DeleteAsync("a/b/c");
        Assert.False(Directory.Exists(Path.Combine(Root, "a", "b")));
        Assert.Equal(1, await Store.DeleteAllAsync("a/"));
        Assert.Equal([Incoming], Directory.GetFileSystemEntries(Root));
    }

    [Fact]
    public async Task A_key_cannot_be_an_object_and_a_folder_at_once()
    {
        await PutAsync("a/b", "object");
        foreach (var key in new[] { "a", "a/b/c", "a/b/c/d" })
        {
            foreach (var condition in new[] { default, PutCondition.Absent })
                await Assert.ThrowsAsync<ArgumentException>(() => Store.PutAsync(key, new Noise(1), Mp3, condition));
        }
        Assert.Equal(["a/b"], (await ListAsync("")).Select(info => info.Key));
        // An empty folder, as a crash may leave it, does no harm.
        Directory.CreateDirectory(Path.Combine(Root, "left", "over"));
        await PutAsync("left/over", "object");
        Assert.Equal(0, await CountUnfinishedAsync());
    }

    [Fact]
    public async Task Other_files_in_the_folder_are_not_listed()
    {
        await PutAsync("a", "object");
        Directory.CreateDirectory(Path.Combine(Root, "lost+found"));
        await File.WriteAllTextAsync(Path.Combine(Root, "my song.mp3"), "x");
        await File.WriteAllTextAsync(Path.Combine(Incoming, "unfinished"), "x");
        Assert.Equal(["a"], (await ListAsync("")).Select(info => info.Key));
    }

    [Fact]
    public async Task The_same_bytes_put_again_have_another_etag()
    {
        var tags = new HashSet<string>();
        for (var i = 0; i < 50; i++)
            Assert.True(tags.Add((await PutAsync("a", "same")).ETag));
    }

    [Fact]
    public async Task A_put_in_progress_is_not_swept()
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var store = new DiskObjectStore(Root, clock);
        var content = new Noise(Large)
        {
            BeforeRead = at =>
            {
                clock.Advance(TimeSpan.FromHours(1));
                return at > 20 << 20 ? store.SweepAsync(TimeSpan.Zero) : Task.CompletedTask;
            },
        };
        await store.PutAsync("a", content, Mp3);
        Assert.Equal(Large, (await store.FindAsync("a"))!.Length);
    }

    [Fact]
    public async Task A_store_whose_disk_is_no_longer_mounted_creates_no_new_folder()
    {
        await PutAsync("a", "object");
        // Where the disk was mounted, an empty folder is left.
        Directory.Delete(Root, recursive: true);
        Directory.CreateDirectory(Root);
        await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => PutAsync("a", "object"));
        await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => Store.FindAsync("a"));
        await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => Store.CheckAsync());
        Assert.Empty(Directory.GetFileSystemEntries(Root));
    }

    [RootFact]
    public async Task A_put_to_a_full_disk_leaves_nothing_and_succeeds_when_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(_folder["disk"], mebibytes: 8);
        var store = new DiskObjectStore(disk.Path, TimeProvider.System);
        await store.PutAsync("old", new Noise(5 << 20), Mp3);
        var failure = await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => store.PutAsync("new", new Noise(5 << 20), Mp3));
        Assert.Contains("full", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(disk.Path, ".incoming")));
        Assert.Null(await store.FindAsync("new"));
        Assert.Equal(5 << 20, (await store.FindAsync("old"))!.Length);
        await store.DeleteAsync("old");
        Assert.NotNull(await store.PutAsync("new", new Noise(5 << 20), Mp3));
    }

    [RootFact]
    public async Task A_read_only_disk_can_be_read_but_not_written()
    {
        await using var disk = await SmallDisk.MountAsync(_folder["disk"], mebibytes: 8);
        var store = new DiskObjectStore(disk.Path, TimeProvider.System);
        var old = await store.PutAsync("old", new Noise(1000), Mp3);
        await disk.MakeReadOnlyAsync();
        foreach (var call in new Func<Task>[] { () => store.PutAsync("new", new Noise(1), Mp3), () => store.DeleteAsync("old"), () => store.CheckAsync() })
            Assert.Contains("read-only", (await Assert.ThrowsAsync<ObjectStoreUnavailableException>(call)).Message, StringComparison.Ordinal);
        Assert.Equal(old, await store.FindAsync("old"));
        await using var opened = await store.OpenAsync("old");
        Assert.Equal(await Noise.HashAsync(1000), await Noise.HashAsync(opened!.Content));
    }

    [RootFact]
    public async Task A_folder_that_is_removed_during_a_put_is_created_again()
    {
        // In memory nothing waits for a disk, so puts and deletions overlap often.
        await using var disk = await SmallDisk.MountAsync(_folder["disk"], mebibytes: 8);
        var store = new DiskObjectStore(disk.Path, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 3000; i++)
            {
                await store.PutAsync($"shared/{writer}", new Noise(1), Mp3, i % 2 == 0 ? PutCondition.Absent : default);
                await store.DeleteAsync($"shared/{writer}");
            }
        })));
        Assert.Equal([Path.Combine(disk.Path, ".incoming")], Directory.GetDirectories(disk.Path));
    }

    [Fact]
    public async Task A_file_has_no_presigned_address() => Assert.Null(await Store.PresignAsync("a", TimeSpan.FromMinutes(1)));

    public void Dispose() => _folder.Dispose();

    protected override Task<int> CountUnfinishedAsync() => Task.FromResult(Directory.GetFiles(Incoming).Length);

    protected override async IAsyncEnumerable<(IObjectStore Store, string Why)> BrokenStoresAsync()
    {
        await File.WriteAllTextAsync(_folder["file"], "");
        yield return (new DiskObjectStore(_folder["file"], TimeProvider.System), "its folder is a file");
        yield return (new DiskObjectStore(_folder["file/below"], TimeProvider.System), "its folder is below a file");
        yield return (new DiskObjectStore("/proc/objects", TimeProvider.System), "its folder cannot be created");
        var gone = new DiskObjectStore(_folder["gone"], TimeProvider.System);
        await gone.CheckAsync();
        Directory.Delete(_folder["gone"], recursive: true);
        yield return (gone, "its folder is gone");
    }
}
