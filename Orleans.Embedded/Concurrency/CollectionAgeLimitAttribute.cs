using System.Globalization;

namespace Orleans;

/// <summary>How long an activation of the class may be idle.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class CollectionAgeLimitAttribute : Attribute
{
    /// <summary>The shortest age; a minute.</summary>
    public static readonly TimeSpan MinAgeLimit = TimeSpan.FromMinutes(1);

    private readonly TimeSpan? _age;

    /// <summary>By the properties.</summary>
    public CollectionAgeLimitAttribute()
    {
    }

    /// <summary>By a text such as <c>00:10:00</c>.</summary>
    public CollectionAgeLimitAttribute(string inactivityPeriod) => _age = TimeSpan.Parse(inactivityPeriod, CultureInfo.InvariantCulture);

    /// <summary>Never collected.</summary>
    public bool AlwaysActive { get; set; }

    /// <summary>Days to add.</summary>
    public double Days { get; set; }

    /// <summary>Hours to add.</summary>
    public double Hours { get; set; }

    /// <summary>Minutes to add.</summary>
    public double Minutes { get; set; }

    /// <summary>The age.</summary>
    public TimeSpan AgeLimit => AlwaysActive
        ? Timeout.InfiniteTimeSpan
        : _age ?? TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
}

/// <summary>Activations of the class are never collected for being idle.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class KeepAliveAttribute : Attribute;
