using Audio.Orleans.Embedded.Tests.Support;

namespace Audio.Orleans.Embedded.Tests.Calls;

public interface ISendingGrain : IGrainWithStringKey
{
    Task<string?> Echo(string text);

    Task<string?> EchoVia(string other, string text);

    Task<int> FailFirst();

    Task Nothing();
}

public class SendingGrain : Grain, ISendingGrain
{
    private int _calls;

    public Task<string?> Echo(string text) => Task.FromResult<string?>($"{text} {RequestContext.Get("stamp")}".Trim());

    public Task<string?> EchoVia(string other, string text) => GrainFactory.GetGrain<ISendingGrain>(other).Echo(text);

    public Task<int> FailFirst() => ++_calls == 1 ? throw new TimeoutException() : Task.FromResult(_calls);

    public Task Nothing() => Task.CompletedTask;
}

public class OutgoingFilterTests
{
    [Fact]
    public async Task It_sees_what_is_called_and_by_whom_and_what_it_sets_travels_with_the_call_only()
    {
        var seen = new List<string>();
        await using var silo = await TestSilo.StartAsync(builder => builder.AddOutgoingGrainCallFilter(async context =>
        {
            lock (seen)
                seen.Add($"{context.SourceId?.Key.ToString() ?? "client"} -> {context.TargetId.Key} {context.InterfaceMethod.DeclaringType!.Name}.{context.MethodName}");
            RequestContext.Set("stamp", "sealed");
            await context.Invoke();
        }));
        var (key, other) = (TestSilo.NewKey(), TestSilo.NewKey());
        Assert.Equal("hello sealed", await silo.Grains.GetGrain<ISendingGrain>(key).EchoVia(other, "hello").Soon());
        Assert.Equal([$"client -> {key} ISendingGrain.EchoVia", $"{key} -> {other} ISendingGrain.Echo"], seen);
        Assert.Null(RequestContext.Get("stamp"));
    }

    [Fact]
    public async Task Filters_run_in_their_order_and_may_change_argument_and_result()
    {
        var diary = new List<string>();
        await using var silo = await TestSilo.StartAsync(builder =>
        {
            builder.AddOutgoingGrainCallFilter(async context =>
            {
                diary.Add("first");
                context.Request.SetArgument(0, $"<{context.Request.GetArgument(0)}>");
                await context.Invoke();
                context.Result = $"{context.Result}!";
            });
            builder.AddOutgoingGrainCallFilter(new Last(diary));
        });
        Assert.Equal("<one>!", await silo.Grains.GetGrain<ISendingGrain>(TestSilo.NewKey()).Echo("one").Soon());
        Assert.Equal(["first", "last"], diary);
    }

    [Fact]
    public async Task It_may_go_on_again_after_a_failure_and_through_the_filters_behind_it()
    {
        var behind = new List<string>();
        await using var silo = await TestSilo.StartAsync(builder =>
        {
            builder.AddOutgoingGrainCallFilter(async context =>
            {
                try
                {
                    await context.Invoke();
                }
                catch (TimeoutException)
                {
                    await context.Invoke();
                }
            });
            builder.AddOutgoingGrainCallFilter(new Last(behind));
        });
        var grain = silo.Grains.GetGrain<ISendingGrain>(TestSilo.NewKey());
        Assert.Equal(2, await grain.FailFirst().Soon());
        await grain.Nothing().Soon();
        Assert.Equal(["last", "last", "last"], behind);
    }

    private sealed class Last(List<string> diary) : IOutgoingGrainCallFilter
    {
        public Task Invoke(IOutgoingGrainCallContext context)
        {
            diary.Add("last");
            return context.Invoke();
        }
    }
}
