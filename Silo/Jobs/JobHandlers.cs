using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Silo.Jobs;

/// <summary>The handlers of this silo, by kind.</summary>
internal sealed class JobHandlers
{
    private readonly Dictionary<string, IJobHandler> _byKind;

    /// <summary>Collects the registered handlers.</summary>
    /// <exception cref="InvalidOperationException">Two handlers run the same kind.</exception>
    public JobHandlers(IEnumerable<IJobHandler> handlers)
    {
        _byKind = new Dictionary<string, IJobHandler>(StringComparer.Ordinal);
        foreach (var handler in handlers)
        {
            if (!_byKind.TryAdd(handler.Kind.Name, handler))
                throw new InvalidOperationException($"Two handlers do jobs of the kind {handler.Kind.Name}.");
        }
        Kinds = [.. _byKind.Keys];
    }

    /// <summary>The kinds that can run here.</summary>
    public string[] Kinds { get; }

    /// <summary>The kinds of a lane.</summary>
    public string[] KindsOf(JobLane lane) => [.. _byKind.Values.Where(handler => handler.Kind.Lane == lane).Select(handler => handler.Kind.Name)];

    /// <summary>The handler of a kind that can run here.</summary>
    public IJobHandler this[string kind] => _byKind[kind];
}
