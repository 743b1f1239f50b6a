using Audio.Orleans.Embedded.Tests.Support;

namespace Audio.Orleans.Embedded.Tests.Calls;

public interface IContextGrain : IGrainWithStringKey
{
    Task<string?> Read(string name);

    Task<string?> ReadVia(string other, string name);

    Task Set(string name, string value);

    Task<bool> SeesAmbientValue();
}

public class ContextGrain : Grain, IContextGrain
{
    public static readonly AsyncLocal<string?> Ambient = new();

    public Task<string?> Read(string name) => Task.FromResult(RequestContext.Get(name) as string);

    public Task<string?> ReadVia(string other, string name) => GrainFactory.GetGrain<IContextGrain>(other).Read(name);

    public Task Set(string name, string value)
    {
        RequestContext.Set(name, value);
        return Task.CompletedTask;
    }

    public Task<bool> SeesAmbientValue() => Task.FromResult(Ambient.Value is not null);
}

public class RequestContextTests : IAsyncLifetime
{
    private TestSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    private IContextGrain NewGrain() => _silo.Grains.GetGrain<IContextGrain>(TestSilo.NewKey());

    [Fact]
    public async Task What_the_caller_sets_arrives_with_the_call_and_with_the_calls_it_makes()
    {
        RequestContext.Set("tenant", "radio-one");
        Assert.Equal("radio-one", await NewGrain().Read("tenant").Soon());
        Assert.Equal("radio-one", await NewGrain().ReadVia(TestSilo.NewKey(), "tenant").Soon());
        RequestContext.Clear();
        Assert.Null(await NewGrain().Read("tenant").Soon());
    }

    [Fact]
    public async Task What_a_grain_sets_does_not_come_back_nor_stay()
    {
        var grain = NewGrain();
        await grain.Set("left", "behind").Soon();
        Assert.Null(RequestContext.Get("left"));
        Assert.Null(await grain.Read("left").Soon());
    }

    [Fact]
    public async Task Other_ambient_values_of_the_caller_stay_with_the_caller()
    {
        ContextGrain.Ambient.Value = "mine";
        Assert.False(await NewGrain().SeesAmbientValue().Soon());
    }
}
