using System.Globalization;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.RelayHost.Tests.Processes;
using AudioOrleans.Testing;

namespace AudioOrleans.RelayHost.Tests.Objects;

/// <summary>Lists, deletions, bad keys, broken stores, killed processes, and many puts at once.</summary>
public abstract partial class ObjectStoreContract
{
    // A dead store must be reported before its callers time out: a silent one after 10 s; the rest is a margin for a busy machine.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Twelve_hundred_objects_are_listed_in_order_by_prefix_and_deleted()
    {
        // "-" and "." come before "/", letters after it: the order of keys is not that of folders.
        var keys = Enumerable.Range(0, 1190).Select(i => $"many/{i % 7}/{i * 7919 % 1190}")
            .Concat(["many-more", "many.more", "many/", "many0", "many/1-", "many/1.a", "many/10", "many/Z", "many/_", "Many/1", "a"])
            .Where(key => !key.EndsWith('/')).ToList();
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (key, _) => await PutAsync(key, key));
        keys.Sort(string.CompareOrdinal);
        Assert.Equal(1200, keys.Count);
        foreach (var prefix in new[] { "", "many/", "many", "many/1", "many/1/", "many/1/1", "many.", "M", "nothing", "nothing/", "many/3/no/" })
        {
            var listed = await ListAsync(prefix);
            Assert.Equal(keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)), listed.Select(info => info.Key));
            Assert.All(listed, info => Assert.Equal(info.Key.Length, info.Length));
        }
        Assert.Equal(await Store.FindAsync("many/Z"), Assert.Single(await ListAsync("many/Z")));
        Assert.Equal(keys.Count(key => key.StartsWith("many/", StringComparison.Ordinal)), await Store.DeleteAllAsync("many/"));
        Assert.Equal(["Many/1", "a", "many-more", "many.more", "many0"], (await ListAsync("")).Select(info => info.Key));
    }

    [Fact]
    public async Task A_deleted_object_is_gone_and_its_neighbours_stay()
    {
        await PutAsync("a/b/1", "1");
        await PutAsync("a/b/2", "2");
        await Store.DeleteAsync("a/b/1");
        await Store.DeleteAsync("a/b/1");
        Assert.Null(await Store.FindAsync("a/b/1"));
        Assert.Equal(["a/b/2"], (await ListAsync("")).Select(info => info.Key));
    }

    [Fact]
    public async Task A_prefix_is_deleted_without_its_siblings()
    {
        foreach (var key in new[] { "a/b/1", "a/b/deep/er/2", "a/bc", "a/b-c/3", "a/c" })
            await PutAsync(key, "x");
        Assert.Equal(2, await Store.DeleteAllAsync("a/b/"));
        Assert.Equal(["a/b-c/3", "a/bc", "a/c"], (await ListAsync("")).Select(info => info.Key));
        Assert.Equal(0, await Store.DeleteAllAsync("a/b/"));
        Assert.Equal(0, await Store.DeleteAllAsync("nowhere/"));
    }

    [Fact]
    public async Task Puts_and_deletions_of_neighbours_do_not_disturb_each_other()
    {
        // A store that removes a folder with its last object may remove it while another writer needs it.
        await Parallel.ForEachAsync(Enumerable.Range(0, ConcurrentWrites), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, cancellationToken) =>
        {
            var key = $"shared/deep/folder/{i}";
            await PutAsync(key, "x");
            Assert.NotNull(await Store.FindAsync(key, cancellationToken));
            await Store.DeleteAsync(key, cancellationToken);
        });
        Assert.Empty(await ListAsync(""));
    }

    public static TheoryData<string> BadKeys =>
    [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/.", "a/..", "../a", "a/../b", "./a", "a/./b", "ä", "a b", "a\\b", "a\0b", "a?b", "a%2fb", "a:b", "a\nb",
        ".incoming", ".incoming/a", ".incoming-too", new string('a', 901), new string('a', 256), $"{new string('a', 300)}/b",
    ];

    [Theory]
    [MemberData(nameof(BadKeys))]
    public async Task A_bad_key_is_rejected_by_each_method(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutAsync(key, new Noise(1), Mp3));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.FindAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.OpenAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PresignAsync(key, TimeSpan.FromMinutes(1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a")]
    [InlineData("a//")]
    [InlineData("../")]
    [InlineData("a/../")]
    [InlineData(".incoming/")]
    public async Task Only_a_whole_folder_is_deleted_by_prefix(string prefix)
    {
        await PutAsync("a/b", "x");
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAllAsync(prefix));
        Assert.NotNull(await Store.FindAsync("a/b"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("a//")]
    [InlineData("../")]
    [InlineData("a/../b")]
    [InlineData(".incoming")]
    [InlineData("a b")]
    public void A_prefix_that_no_key_can_have_is_rejected(string prefix) => Assert.Throws<ArgumentException>(() => { Store.ListAsync(prefix); });

    [Fact]
    public async Task The_longest_keys_are_accepted()
    {
        var segment = new string('a', 224);
        var key = $"{segment}/{segment}/{segment}/{segment}-";
        Assert.Equal(900, key.Length);
        await PutAsync(key, "x");
        await PutAsync(new string('b', 255), "x");
        Assert.Equal([key, new string('b', 255)], (await ListAsync("")).Select(info => info.Key));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0)]
    [InlineData(7 * 86_400 + 1)]
    public Task A_presigned_address_is_valid_for_one_second_to_seven_days(double seconds) =>
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.PresignAsync("a", TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task Each_method_of_a_broken_store_reports_it_in_time()
    {
        var stores = new List<Task>();
        await foreach (var (store, why) in BrokenStoresAsync())
            stores.Add(AssertReportedAsync(store, why));
        await Task.WhenAll(stores);
    }

    private static async Task AssertReportedAsync(IObjectStore store, string why)
    {
        Func<Task>[] calls =
        [
            () => store.PutAsync("a", new Noise(1000), Mp3),
            () => store.PutAsync("a", new Noise(Large), Mp3),
            () => store.FindAsync("a"),
            () => store.OpenAsync("a"),
            () => store.OpenAsync("a", 5, 5),
            async () => await store.ListAsync("a").GetAsyncEnumerator().MoveNextAsync(),
            () => store.DeleteAsync("a"),
            () => store.DeleteAllAsync("a/"),
            () => store.SweepAsync(TimeSpan.Zero),
            () => store.CheckAsync(),
        ];
        var failures = await Task.WhenAll(calls.Select(call => Record.ExceptionAsync(call))).WaitAsync(Timeout);
        for (var i = 0; i < calls.Length; i++)
        {
            Assert.True(failures[i] is ObjectStoreUnavailableException { Message.Length: > 20 }, $"{why}: call {i} threw {failures[i]}");
            // A signed address is as secret as a key.
            Assert.DoesNotContain("X-Amz-", failures[i]!.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task The_remains_of_a_killed_put_are_swept_when_they_are_old_enough()
    {
        var ready = new TaskCompletionSource();
        var command = Program("endless") with
        {
            OnErrorLine = line => { if (line == PutProgram.Ready) ready.TrySetResult(); },
        };
        await using (var program = await ChildProcess.StartAsync(command, TimeProvider.System))
        {
            await Task.WhenAny(ready.Task, program.Exited).WaitAsync(Deadline);
            Assert.True(ready.Task.IsCompleted, string.Join(" | ", program.ErrorTail));
            Signals.Send(program.Id, Signal.Kill);
            await program.Exited;
        }
        Assert.Empty(await ListAsync(""));
        Assert.Equal(1, await CountUnfinishedAsync());
        await Store.SweepAsync(TimeSpan.FromHours(1));
        Assert.Equal(1, await CountUnfinishedAsync());
        await Store.SweepAsync(TimeSpan.Zero);
        Assert.Equal(0, await CountUnfinishedAsync());
        Assert.Null(await Store.FindAsync(PutProgram.Key));
    }

    [Fact]
    public async Task Twenty_concurrent_puts_use_little_memory()
    {
        var result = await ProcessRunner.RunAsync(Program("measure"), Deadline, TimeProvider.System);
        var numbers = result.Text.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        output.WriteLine($"{PutProgram.Puts} puts of {PutProgram.Length >> 20} MiB: {numbers[0] >> 10} KiB live, {numbers[1] >> 10} KiB allocated");
        Assert.InRange(numbers[0], 0, 64 << 20);
        Assert.InRange(numbers[1], 0, 256 << 20);
        await using var opened = await Store.OpenAsync("many/7");
        Assert.Equal(await Noise.HashAsync(PutProgram.Length, 7), await Noise.HashAsync(opened!.Content));
    }

    // The program gets the settings of a host, so the registration is tested too.
    private ProcessCommand Program(string what) => new("dotnet", ["exec", typeof(ParentProgram).Assembly.Location, "put", what, DataFolder, .. Settings]);
}
