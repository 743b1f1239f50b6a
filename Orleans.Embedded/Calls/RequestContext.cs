using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>Values that travel with a call and all the calls it makes, never back.</summary>
public static class RequestContext
{
    private const string ReentrancyKey = "#CCR";
    private static readonly AsyncLocal<ImmutableDictionary<string, object>?> Values = new();

    /// <summary>The names that are set.</summary>
    public static IEnumerable<string> Keys => Values.Value?.Keys ?? [];

    /// <summary>The names and values that are set.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Entries => Values.Value ?? [];

    /// <summary>The call chain that may come back to grains in a reentrant section; empty for none.</summary>
    public static Guid ReentrancyId
    {
        get => ReentrancyIdOf(Values.Value) ?? Guid.Empty;
        set
        {
            if (value == Guid.Empty)
                Remove(ReentrancyKey);
            else
                Set(ReentrancyKey, value);
        }
    }

    internal static ImmutableDictionary<string, object>? Current
    {
        get => Values.Value;
        set => Values.Value = value;
    }

    /// <summary>The value, or null.</summary>
    public static object? Get(string key) => Values.Value?.GetValueOrDefault(key);

    /// <summary>Sets a value for this call from here on.</summary>
    public static void Set(string key, object value) =>
        Values.Value = (Values.Value ?? ImmutableDictionary<string, object>.Empty).SetItem(key, value);

    /// <summary>Removes a value; says whether there was one.</summary>
    public static bool Remove(string key)
    {
        if (Values.Value is not { } values || !values.ContainsKey(key))
            return false;
        var rest = values.Remove(key);
        Values.Value = rest.IsEmpty ? null : rest;
        return true;
    }

    /// <summary>Removes all values.</summary>
    public static void Clear()
    {
        if (Values.Value is not null)
            Values.Value = null;
    }

    /// <summary>Until disposed, calls that this grain causes may come back to it although it waits.</summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        var before = ReentrancyId;
        return new(before, before == Guid.Empty ? Guid.NewGuid() : before);
    }

    /// <summary>Until disposed, calls that this grain causes may not come back to it.</summary>
    public static ReentrancySection SuppressCallChainReentrancy() => new(ReentrancyId, Guid.Empty);

    internal static Guid? ReentrancyIdOf(ImmutableDictionary<string, object>? values) =>
        values is not null && values.TryGetValue(ReentrancyKey, out var id) ? id as Guid? : null;

    /// <summary>A stretch of code in which call chains may, or may not, come back.</summary>
    public readonly struct ReentrancySection : IDisposable
    {
        private readonly Guid _before;
        private readonly Guid _within;

        /// <summary>Enters the section.</summary>
        public ReentrancySection(Guid originalReentrancyId, Guid newReentrancyId)
        {
            _before = originalReentrancyId;
            _within = newReentrancyId;
            if (_before != _within)
                ReentrancyId = _within;
            if (_within != Guid.Empty)
                Activation.Current?.EnterReentrantSection(_within);
        }

        /// <summary>Leaves the section.</summary>
        public void Dispose()
        {
            if (_within != Guid.Empty)
                Activation.Current?.ExitReentrantSection(_within);
            if (_before != _within)
                ReentrancyId = _before;
        }
    }
}
