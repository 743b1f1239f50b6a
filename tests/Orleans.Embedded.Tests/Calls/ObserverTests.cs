using System.Runtime.CompilerServices;
using Audio.Orleans.Embedded.Tests.Support;
using Orleans.Configuration;

namespace Audio.Orleans.Embedded.Tests.Calls;

public interface IListener : IGrainObserver
{
    void Hear(string what);

    Task<string> Answer(string question);

    [OneWay]
    Task HearOneWay(string what);
}

public interface ISpeakerGrain : IGrainWithStringKey
{
    Task Subscribe(IListener listener);

    Task Say(string what);

    Task SayOneWay(string what);

    Task<string> Ask(string question);

    Task<bool> Knows(IListener listener);
}

public class SpeakerGrain : Grain, ISpeakerGrain
{
    private readonly HashSet<IListener> _listeners = [];

    public Task Subscribe(IListener listener)
    {
        _listeners.Add(listener);
        return Task.CompletedTask;
    }

    public Task Say(string what)
    {
        foreach (var listener in _listeners)
            listener.Hear(what);
        return Task.CompletedTask;
    }

    public async Task SayOneWay(string what)
    {
        foreach (var listener in _listeners)
            await listener.HearOneWay(what);
    }

    public Task<string> Ask(string question) => _listeners.First().Answer(question);

    public Task<bool> Knows(IListener listener) => Task.FromResult(_listeners.Contains(listener));
}

public class ObserverTests : IAsyncLifetime
{
    private TestSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await TestSilo.StartAsync(
        builder => builder.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(1)));

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task A_grain_calls_its_listener_back()
    {
        var listener = new Listener();
        var grain = _silo.Grains.GetGrain<ISpeakerGrain>(TestSilo.NewKey());
        var reference = _silo.Grains.CreateObjectReference<IListener>(listener);
        await grain.Subscribe(reference).Soon();
        Assert.True(await grain.Knows(reference).Soon());
        await grain.Say("hello").Soon();
        await Diary.Until(listener.Key, "hello");
        await grain.SayOneWay("one way").Soon();
        await Diary.Until(listener.Key, "one way");
        Assert.Equal("what? yes", await grain.Ask("what?").Soon());
    }

    [Fact]
    public async Task A_listener_hears_one_thing_at_a_time_in_order()
    {
        var listener = new Listener();
        var grain = _silo.Grains.GetGrain<ISpeakerGrain>(TestSilo.NewKey());
        await grain.Subscribe(_silo.Grains.CreateObjectReference<IListener>(listener)).Soon();
        for (var i = 0; i < 50; i++)
            await grain.Say($"{i}").Soon();
        await Diary.Until(listener.Key, "49");
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), Diary.Read(listener.Key));
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task A_reference_that_was_deleted_reaches_nobody()
    {
        var listener = new Listener();
        var grain = _silo.Grains.GetGrain<ISpeakerGrain>(TestSilo.NewKey());
        var reference = _silo.Grains.CreateObjectReference<IListener>(listener);
        await grain.Subscribe(reference).Soon();
        _silo.Grains.DeleteObjectReference<IListener>(reference);
        await grain.Say("hello").Soon();
        await Assert.ThrowsAnyAsync<Exception>(() => grain.Ask("anyone?").Soon());
        Assert.Empty(Diary.Read(listener.Key));
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task The_reference_does_not_keep_its_object_alive()
    {
        var (reference, listener) = Forget();
        await Wait.Until(
            () =>
            {
                GC.Collect();
                return !listener.IsAlive;
            },
            "the listener was collected");
        reference.Hear("hello");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (IListener Reference, WeakReference Listener) Forget()
    {
        var listener = new Listener();
        return (_silo.Grains.CreateObjectReference<IListener>(listener), new(listener));
    }

    private sealed class Listener : IListener
    {
        public string Key { get; } = TestSilo.NewKey();

        public void Hear(string what) => Diary.Write(Key, what);

        public Task<string> Answer(string question) => Task.FromResult($"{question} yes");

        public Task HearOneWay(string what)
        {
            Hear(what);
            return Task.CompletedTask;
        }
    }
}
