using Audio.Orleans.Embedded.Tests.Support;

namespace Audio.Orleans.Embedded.Tests.Calls;

public interface IFilteredGrain : IGrainWithStringKey
{
    Task<int> Twice(int number);

    Task Nothing();
}

public class FilteredGrain : Grain, IFilteredGrain, IIncomingGrainCallFilter
{
    public Task<int> Twice(int number) => Task.FromResult(number * 2);

    public Task Nothing() => Task.CompletedTask;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Diary.Write(this.GetPrimaryKeyString(), $"grain before {context.MethodName}");
        await context.Invoke();
        Diary.Write(this.GetPrimaryKeyString(), $"grain after {context.Result ?? "nothing"}");
    }
}

public class FilterTests
{
    [Fact]
    public async Task Filters_run_around_the_call_in_their_order_and_the_grains_own_last()
    {
        await using var silo = await TestSilo.StartAsync(builder =>
        {
            builder.AddIncomingGrainCallFilter(Writing("first"));
            builder.AddIncomingGrainCallFilter(Writing("second"));
        });
        var key = TestSilo.NewKey();
        Assert.Equal(42, await silo.Grains.GetGrain<IFilteredGrain>(key).Twice(21).Soon());
        Assert.Equal(
            ["first before", "second before", "grain before Twice", "grain after 42", "second after", "first after"], Diary.Read(key));
    }

    [Fact]
    public async Task A_filter_sees_the_call_and_may_change_argument_and_result()
    {
        var seen = "";
        await using var silo = await TestSilo.StartAsync(builder => builder.AddIncomingGrainCallFilter(async context =>
        {
            if (context.Grain is FilteredGrain)
            {
                // The call is over when the test goes on, and its context with it.
                seen = $"{context.MethodName} of {context.InterfaceMethod.DeclaringType!.Name} in {context.ImplementationMethod.DeclaringType!.Name}, "
                    + $"{context.Request.GetArgumentCount()} argument, for {context.TargetId.Key}";
                context.Request.SetArgument(0, (int)context.Request.GetArgument(0)! + 1);
            }

            await context.Invoke();
            if (context.Grain is FilteredGrain)
                context.Result = (int)context.Result! + 1000;
        }));
        var key = TestSilo.NewKey();
        Assert.Equal(1004, await silo.Grains.GetGrain<IFilteredGrain>(key).Twice(1).Soon());
        Assert.Equal($"Twice of IFilteredGrain in FilteredGrain, 1 argument, for {key}", seen);
    }

    [Fact]
    public async Task A_filter_may_refuse_a_call()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.AddIncomingGrainCallFilter(context =>
            context.Grain is FilteredGrain ? throw new WorkFailedException("not you") : context.Invoke()));
        var key = TestSilo.NewKey();
        await Assert.ThrowsAsync<WorkFailedException>(() => silo.Grains.GetGrain<IFilteredGrain>(key).Twice(1).Soon());
        Assert.Empty(Diary.Read(key));
    }

    private static IncomingGrainCallFilterDelegate Writing(string name) => async context =>
    {
        var key = context.TargetId.Key.ToString()!;
        Diary.Write(key, $"{name} before");
        await context.Invoke();
        Diary.Write(key, $"{name} after");
    };
}
