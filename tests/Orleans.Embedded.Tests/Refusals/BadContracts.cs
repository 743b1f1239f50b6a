#if ENGINE_EMBEDDED
using System.Collections.Immutable;

namespace Audio.Orleans.Embedded.Tests.Refusals.Refused;

// Each of these breaks one rule. No class implements them, but for the last; so no silo sees them unless a test shows it one.
public sealed record NoSerializer(string Text);

[GenerateSerializer]
public sealed class Settable
{
    [Id(0)]
    public string Text { get; set; } = "";
}

[GenerateSerializer, Immutable]
public sealed class SettableButImmutable
{
    [Id(0)]
    public string Text { get; set; } = "";
}

[GenerateSerializer, Immutable]
public sealed record Holder([property: Id(0)] ImmutableArray<NoSerializer> Parts);

[GenerateSerializer, Immutable]
public sealed record Fine([property: Id(0)] string Text, [property: Id(1)] ImmutableArray<Fine> Parts, [property: Id(2)] DateTimeOffset? When);

public interface ITakesNoSerializer : IGrainWithStringKey
{
    Task Take(NoSerializer message);
}

public interface IReturnsNoSerializer : IGrainWithStringKey
{
    Task<NoSerializer> Give();
}

public interface ITakesHolder : IGrainWithStringKey
{
    Task Take(Holder message);
}

public interface ITakesSettable : IGrainWithStringKey
{
    Task Take(Settable message);
}

public interface ITakesList : IGrainWithStringKey
{
    Task Take(List<string> texts);
}

public interface IReturnsDictionary : IGrainWithStringKey
{
    Task<Dictionary<string, int>> Give();
}

public interface ITakesArray : IGrainWithStringKey
{
    Task Take(string[] texts);
}

public interface ITakesObject : IGrainWithStringKey
{
    Task Take(object anything);
}

public interface IReturnsNoTask : IGrainWithStringKey
{
    string Give();
}

public interface IReturnsVoid : IGrainWithStringKey
{
    void Do();
}

public interface IReturnsStream : IGrainWithStringKey
{
    IAsyncEnumerable<string> Give();
}

public interface IIsGeneric : IGrainWithStringKey
{
    Task Take<T>(T anything);
}

public interface IIsFine : IGrainWithStringKey
{
    Task<Fine> Echo(
        Fine message,
        (int Number, string? Text) pair,
        int? maybe,
        ImmutableDictionary<string, Fine> many,
        SettableButImmutable trusted,
        byte[] bytes,
        DayOfWeek day,
        Uri address,
        Guid id,
        CancellationToken token);
}

public class BadContractGrain : Grain, ITakesList
{
    public Task Take(List<string> texts) => Task.CompletedTask;
}
#endif
